// SPDX-License-Identifier: Apache-2.0

package promql

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// TestExpressionsOfDashboardsParse reads every expression of the repository's dashboards, and of some with every
// instrument, as Grafana would send them.
func TestExpressionsOfDashboardsParse(t *testing.T) {
	const made = "../../cmd/otelanalytics/internal/generate/dashboards/testdata/"
	files, err := filepath.Glob("../../grafana/provisioning/dashboards/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %v", files, err)
	}
	p := parser.NewParser(parser.Options{})
	read := 0
	parse := func(where, expr string) {
		read++
		for _, value := range []string{".*", "(a|b\\\\.c)", "other"} {
			if filled := fill(expr, value); strings.Contains(filled, "$__") {
				t.Errorf("%s: a variable is left: %s", where, filled)
			} else if _, err := p.ParseExpr(filled); err != nil {
				t.Errorf("%s: %v\n%s", where, err, filled)
			}
		}
	}
	for _, file := range append(files, made+"otelanalytics-orders.json", made+"otelanalytics-events.json") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			Panels []struct {
				Title   string
				Targets []struct{ Expr string }
			}
			Templating struct {
				List []struct{ Type, Query string }
			}
		}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatal(err)
		}
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				parse(file+": "+panel.Title, target.Expr)
			}
		}
		for _, v := range d.Templating.List {
			if v.Type != "query" {
				continue
			}
			selector, ok := strings.CutPrefix(v.Query, "label_values(")
			at := strings.LastIndex(selector, ", ")
			if !ok || at < 0 {
				t.Fatalf("%s: %s", file, v.Query)
			}
			parse(file+": "+v.Query, selector[:at])
		}
	}
	native, err := os.ReadFile(made + "native.golden")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(native)), "\n") {
		if i%2 == 1 {
			parse("native.golden", line)
		}
	}
	if read < 300 {
		t.Errorf("only %d expressions were found", read)
	}
	if _, err := p.ParseExpr(fill(`sum(rate(x{a=~"$a"}[$__rate_interval])`, "b")); err == nil {
		t.Error("an expression that is not closed was read")
	}
}

// fill puts in values as Grafana does: durations for its own variables, a regular expression for those of a dashboard.
func fill(expr, value string) string {
	expr = strings.NewReplacer("$__rate_interval", "1m", "$__range", "3600s").Replace(expr)
	return variable.ReplaceAllString(expr, `=~"`+strings.ReplaceAll(value, "$", "$$")+`"`)
}

var variable = regexp.MustCompile(`=~"\$\w+"`)
