// SPDX-License-Identifier: Apache-2.0

package dashboards

// histogramCharts are the average and quantiles, now and over time, those of each value of an attribute, and how often
// something was observed.
func (m *metric) histogramCharts() []chart {
	chosen, title, unit := m.chosen(), m.title(), unitOf(m.Metric)
	none := "Nothing was observed in this time range"
	if m.series.Native() {
		none += ", or Prometheus does not scrape native histograms"
	}
	all := []chart{
		{
			key: "average", kind: figures, title: title, unit: unit, none: none,
			description: sentences(m.about(), "On average, and what 95 of 100 are at most, both over the last five minutes; on average since the "+
				"processes that run now started; and how often something was observed in the time range."),
			queries: []query{
				{expr: chosen.Average(window), legend: "average over 5 minutes"},
				{expr: chosen.Quantile(0.95, window), legend: "p95 over 5 minutes"},
				{expr: chosen.AverageSoFar(), legend: "average since the start"},
				{expr: chosen.Observed(wholeRange), legend: "observed in this time range", unit: number},
			},
		},
		{
			key: "quantiles", kind: series, title: title + ", average and quantiles", unit: unit, none: none,
			description: sentences(m.about(), "The average, and what 50, 95 and 99 of 100 are at most. Dots are single observations "+
				"that link to their traces, where the data source says how."),
			queries: []query{
				{expr: chosen.Average(perPoint), legend: "average"},
				{expr: chosen.Quantile(0.5, perPoint), legend: "p50"},
				{expr: chosen.Quantile(0.95, perPoint), legend: "p95", exemplars: true},
				{expr: chosen.Quantile(0.99, perPoint), legend: "p99"},
			},
		},
		{
			key: "rate", kind: series, title: title + ", observed a second", unit: each, none: none,
			description: sentences(m.about(), "How often something was observed, a second."),
			queries:     []query{{expr: chosen.Observations(perPoint), legend: title}},
		},
	}
	for _, a := range m.splits() {
		expr, how := chosen.Quantile(0.95, perPoint, a.label), "What 95 of 100 are at most, by "+a.label+"."
		if many(a) {
			expr, how = top(chosen, p95(a.label), a.label), how+topNote
		}
		all = append(all, chart{
			key: "p95/" + a.label, kind: series, title: title + ", p95 by " + a.label, unit: unit, none: none, many: moreThan(fewLines, []attribute{a}),
			description: sentences(m.about(), how),
			queries:     []query{{expr: expr, legend: legend("", a.label)}},
		})
	}
	return all
}
