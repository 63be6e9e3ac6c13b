// SPDX-License-Identifier: Apache-2.0

package promql

import (
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// ruleFiles are made by the command generate rules, and the second one with every flag.
var ruleFiles = []struct{ path, namespace string }{
	{"../../grafana/prometheus/rules/cardgame.yml", ""},
	{"../../cmd/otelanalytics/internal/generate/rules/testdata/rules.yml", "acme_"},
}

func parse(t *testing.T, path string) *rulefmt.RuleGroups {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(text, false, model.LegacyValidation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	for _, err := range errs {
		t.Errorf("%s: %v", path, err)
	}
	if len(errs) > 0 || len(groups.Groups) == 0 {
		t.Fatalf("%s cannot be read", path)
	}
	return groups
}

// TestRulesAskForWhatThereIs reads rules with Prometheus' own reader, and looks for every metric that they ask for among
// those that the SDK's page documents, the card game's page has, or a rule records.
func TestRulesAskForWhatThereIs(t *testing.T) {
	var pages strings.Builder
	for _, page := range []string{"../../docs/metrics.md", "../../examples/cardgame/EVENTS.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		pages.Write(text)
	}
	// up is Prometheus' own; the other ones are otelhttp's, and those of the maps of the other files.
	known := []string{"up", "http_server_request_duration_seconds_count", "orders_total", "order_value_EUR", "basket_size", "app_rpcs_total"}
	for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(pages.String(), -1) {
		known = append(known, m[1])
	}
	suffix := regexp.MustCompile(`_(bucket|sum|count)$`)
	for _, file := range ruleFiles {
		var recorded []string
		groups := parse(t, file.path)
		for _, g := range groups.Groups {
			for _, r := range g.Rules {
				recorded = append(recorded, r.Record)
			}
		}
		asked := 0
		for _, g := range groups.Groups {
			for _, r := range g.Rules {
				for _, name := range metrics(t, r.Expr) {
					asked++
					plain := strings.TrimPrefix(name, file.namespace)
					if plain == name && file.namespace != "" && name != "up" && !slices.Contains(recorded, name) {
						t.Errorf("%s: %s asks for %s, without the namespace", file.path, r.Record+r.Alert, name)
					}
					if !slices.Contains(recorded, name) && !slices.Contains(known, plain) && !slices.Contains(known, suffix.ReplaceAllString(plain, "")) {
						t.Errorf("%s: %s asks for %s, which nothing has", file.path, r.Record+r.Alert, name)
					}
				}
			}
		}
		if asked < 40 {
			t.Errorf("%s: only %d metrics were found", file.path, asked)
		}
	}
}

// metrics are the names of all that an expression selects.
func metrics(t *testing.T, expr string) []string {
	t.Helper()
	e, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		t.Fatalf("%v\n%s", err, expr)
	}
	var names []string
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if v, ok := node.(*parser.VectorSelector); ok && v.Name != "" {
			names = append(names, v.Name)
		}
		return nil
	})
	return names
}

// TestRulesAreHonest: rates are of counters, and of series before sums (a sum hides a restart); no rule makes up a value
// where there is none; recorded series are named by level, metric and operation, and the level is what they keep.
func TestRulesAreHonest(t *testing.T) {
	counter := regexp.MustCompile(`(_total|_bucket|_sum|_count|basket_size)$`)
	for _, file := range ruleFiles {
		for _, g := range parse(t, file.path).Groups {
			for _, r := range g.Rules {
				e, err := parser.NewParser(parser.Options{}).ParseExpr(r.Expr)
				if err != nil {
					t.Fatal(err)
				}
				parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
					call, ok := node.(*parser.Call)
					if !ok {
						return nil
					}
					switch call.Func.Name {
					case "vector":
						t.Errorf("%s makes up a value", r.Record+r.Alert)
					case "rate", "increase":
						m, ok := call.Args[0].(*parser.MatrixSelector)
						if !ok {
							t.Errorf("%s: %s of something else than series", r.Record+r.Alert, call.Func.Name)
						} else if name := m.VectorSelector.(*parser.VectorSelector).Name; !counter.MatchString(name) {
							t.Errorf("%s: %s of %s, which is no counter", r.Record+r.Alert, call.Func.Name, name)
						}
					}
					return nil
				})
				if r.Record == "" {
					if r.For == 0 || r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" || r.Annotations["runbook_url"] == "" {
						t.Errorf("%s is not complete", r.Alert)
					}
					continue
				}
				level, rest, _ := strings.Cut(r.Record, ":")
				if metric, operation, ok := strings.Cut(rest, ":"); !ok || metric == "" || operation == "" || strings.Contains(operation, ":") {
					t.Errorf("%s is not level:metric:operation", r.Record)
				}
				if kept := strings.Join(labels(e), "_"); level != kept {
					t.Errorf("%s keeps %s", r.Record, kept)
				}
			}
		}
	}
}

// labels are those that the first sum of an expression keeps, without the buckets'.
func labels(e parser.Expr) []string {
	var by []string
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if a, ok := node.(*parser.AggregateExpr); ok && by == nil {
			by = slices.DeleteFunc(slices.Clone(a.Grouping), func(label string) bool { return label == "le" })
		}
		return nil
	})
	return by
}
