// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// uniqueCharts are the numbers of all windows, now and over time, and those of the shortest window by each attribute.
func (m *metric) uniqueCharts() []chart {
	how := "Every instance reports the same number: the largest of all instances."
	if len(m.Attributes) > 1 {
		how += " A sum counts those twice who have two of the labels."
	}
	all := m.levelCharts("max", how, promql.Series.Max)
	windows := eventmap.Attribute{Name: m.Counted.WindowAttribute}
	label, shortest := windows.PrometheusLabel(), m.Counted.Windows[0].Name
	for _, a := range m.splits() {
		if a.label == label {
			continue
		}
		expr, how := m.chosen(label).Where(promql.Equal(label, shortest)).Max(a.label), how
		if many(a) {
			expr, how = highest(expr), how+highestNote
		}
		all = append(all, chart{
			key: "max/" + a.label, kind: bars, title: m.titleBy(a.label) + ", " + shortest,
			description: sentences(m.about(), how),
			unit:        unitOf(m.Metric), none: "No value of " + m.series.Name() + " yet",
			queries: []query{{expr: expr, legend: legend("", a.label)}},
		})
	}
	return all
}

// titleBy is the title with a label, which the metric's name may end with.
func (m *metric) titleBy(label string) string {
	by := " by " + words(label)
	if title := m.title(); strings.HasSuffix(strings.ToLower(title), strings.ToLower(by)) {
		return title
	}
	return m.title() + " by " + label
}
