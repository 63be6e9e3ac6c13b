// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
)

// counterCharts are what was counted, the rate by each attribute, the share of each listed value, and the ratio of the two
// where two are listed.
func (m *metric) counterCharts() []chart {
	chosen, title := m.chosen(), m.title()
	none := "No samples of " + m.series.Name() + " in this time range"
	all := []chart{{
		key: "sum", kind: figures, three: true, title: title, unit: unitOf(m.Metric), none: none,
		description: sentences(m.about(), "How many in the time range, as Prometheus estimates it from its samples; how many since "+
			"the processes that run now started, exactly; and how many a second over the last five minutes."),
		queries: []query{
			{expr: chosen.Increase(wholeRange), legend: "in this time range"},
			{expr: chosen.Sum(), legend: "since the start"},
			{expr: chosen.Rate(window), legend: "a second, over 5 minutes", unit: rateUnitOf(m.Metric)},
		},
	}}
	if len(m.attributes) == 0 {
		all = append(all, chart{
			key: "rate", kind: series, title: title + " a second", unit: rateUnitOf(m.Metric), none: none,
			description: sentences(m.about(), "How many a second."),
			queries:     []query{{expr: chosen.Rate(perPoint), legend: title}},
		})
	}
	for _, a := range m.splits() {
		expr, how := chosen.Rate(perPoint, a.label), "How many a second, by "+a.label+"."
		if many(a) {
			expr, how = top(chosen, rated(a.label), a.label), how+topNote
		}
		all = append(all, chart{
			key: "rate/" + a.label, kind: series, title: title + " by " + a.label, unit: rateUnitOf(m.Metric), none: none, many: moreThan(fewLines, []attribute{a}),
			description: sentences(m.about(), how),
			queries:     []query{{expr: expr, legend: legend("", a.label)}},
		})
	}
	for _, a := range m.splits() {
		if len(a.values) > 0 {
			all = append(all, m.share(a))
		}
		if len(a.values) == 2 {
			all = append(all, m.ratio(a))
		}
	}
	return all
}

func (m *metric) share(a attribute) chart {
	chosen := m.chosen()
	expr := fmt.Sprintf("%s / on () group_left () (%s > 0)", chosen.Increase(wholeRange, a.label), chosen.Increase(wholeRange))
	how := "Which share of the count each " + a.label + " has in the time range."
	if many(a) {
		expr, how = highest(expr), how+highestNote
	}
	return chart{
		key: "share/" + a.label, kind: bars, title: m.title() + ", share by " + a.label, unit: percent, max: 1,
		none:        "Nothing was counted in this time range",
		description: sentences(m.about(), how),
		queries:     []query{{expr: expr, legend: legend("", a.label)}},
	}
}

func (m *metric) ratio(a attribute) chart {
	others := m.chosen(a.label)
	count := func(value string) string { return others.Where(promql.Equal(a.label, value)).Increase(wholeRange) }
	one, two := a.values[0], a.values[1]
	return chart{
		key: "ratio/" + a.label, kind: figures, title: fmt.Sprintf("%s, %s/%s", m.title(), one, two), unit: number,
		none: "No " + two + " in this time range",
		description: sentences(m.about(), fmt.Sprintf("How many there are with the %s %s for each one with %s, in the time range.",
			a.label, one, two)),
		queries: []query{{expr: fmt.Sprintf("%s / (%s > 0)", count(one), count(two)), legend: one + "/" + two}},
	}
}
