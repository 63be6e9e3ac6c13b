// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"context"
	"fmt"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

func Example() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  purchases:
    instrument: counter
    description: Purchases.
    attributes: {product: {values: [book, pen]}}
events:
  purchased: {record: [{metric: purchases, value: quantity}]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	set, err := instruments.New(m, provider.Meter("example.com/shop"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer set.Close()

	purchased, _ := set.EventType("purchased")
	fmt.Println("fields:", purchased.Fields())
	if err := purchased.Record(ctx, "purchased", []instruments.Value{instruments.Int(3), instruments.String("book")}); err != nil {
		fmt.Println(err)
		return
	}

	var page metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &page); err != nil {
		fmt.Println(err)
		return
	}
	for _, metric := range page.ScopeMetrics[0].Metrics {
		if metric.Name != "purchases" {
			continue
		}
		for _, point := range metric.Data.(metricdata.Sum[int64]).DataPoints {
			if point.Value > 0 {
				product, _ := point.Attributes.Value("product")
				fmt.Println(product.AsString(), point.Value)
			}
		}
	}
	// Output:
	// fields: [[quantity] [product]]
	// book 3
}
