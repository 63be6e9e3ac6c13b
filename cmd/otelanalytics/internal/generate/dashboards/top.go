// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
)

const (
	topNote     = " Only the 10 highest of the time range are shown: narrow the rest down with the variables."
	highestNote = " Only the 8 highest are shown: narrow the rest down with the variables."
)

// highest narrows an expression that is asked once to the series with the highest values, as many as a panel has room for bars.
func highest(expr string) string { return "topk(8, " + expr + ")" }

// top narrows lines to those whose values over the whole time range are the highest, so that they are the same at each point.
// What is asked of the series within a window has the labels.
func top(s promql.Series, ask func(s promql.Series, window string) string, labels ...string) string {
	return narrowed(ask(s, perPoint), ask(s.AtEnd(), wholeRange), labels)
}

func narrowed(expr, rank string, labels []string) string {
	return fmt.Sprintf("%s and on (%s) topk(10, %s)", expr, strings.Join(labels, ", "), rank)
}

// failures are lines of counters that should not grow, by labels: of those that have counted something, the highest. When none
// has, there is a line at 0 whose first label is none: nothing happened, which is not the same as no data.
func failures(s, zero promql.Series, ask func(s promql.Series, window string) string, labels ...string) string {
	return orNone(narrowed(ask(s, perPoint), s.AtEnd().Highest(wholeRange, labels...)+" > 0", labels), labels[0], zero)
}

// orNone returns a line at 0, whose label is none, where an expression has nothing and the other series are there.
func orNone(expr, label string, zero promql.Series) string {
	return fmt.Sprintf(`(%s) or on () label_replace(0 * %s, %q, "none", "", "")`, expr, zero.Sum(), label)
}

// named gives a label that is empty a value.
func named(expr, label, value string) string {
	return fmt.Sprintf(`label_replace(%s, %q, %q, %[2]q, "")`, expr, label, value)
}

// rated asks how much counters grow a second, by labels.
func rated(labels ...string) func(promql.Series, string) string {
	return func(s promql.Series, window string) string { return s.Rate(window, labels...) }
}

// observed asks how often histograms observe something a second, by labels.
func observed(labels ...string) func(promql.Series, string) string {
	return func(s promql.Series, window string) string { return s.Observations(window, labels...) }
}

// p95 asks what 95 of 100 of what histograms observe are at most, by labels.
func p95(labels ...string) func(promql.Series, string) string {
	return func(s promql.Series, window string) string { return s.Quantile(0.95, window, labels...) }
}
