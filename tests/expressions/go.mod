module github.com/otelanalytics/otelanalytics-go/tests/expressions

go 1.26.0

require (
	github.com/expr-lang/expr v1.17.8
	github.com/otelanalytics/otelanalytics-go v0.0.0-00010101000000-000000000000
)

replace github.com/otelanalytics/otelanalytics-go => ../..
