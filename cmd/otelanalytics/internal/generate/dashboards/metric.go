// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// What Grafana puts a duration for: the time range of the dashboard, and the shortest one that has enough samples for a
// rate at each point of a line.
const (
	wholeRange = "$__range"
	perPoint   = "$__rate_interval"
)

// window is the time over which large figures are a rate or an average.
const window = "5m"

const (
	maxSplits = 4  // attributes of a metric that have a chart of their own
	manyLines = 10 // more values than that, and only the highest are shown
	fewLines  = 6  // more lines than that have their names beside them, and more figures are bars
)

// attribute is an attribute of a metric as Prometheus has it.
type attribute struct {
	label    string
	variable string
	values   []string // the listed ones
	size     int      // how many values it can have at most
}

// metric is a metric of a map with what its charts have in common.
type metric struct {
	*eventmap.Metric
	series     promql.Series // without selectors
	attributes []attribute
}

func newMetric(naming promql.Naming, m *eventmap.Metric) *metric {
	x := &metric{Metric: m, series: naming.Of(m)}
	for i := range m.Attributes {
		a := &m.Attributes[i]
		label := a.PrometheusLabel()
		size := a.Limit + 2 // the default, and other
		if a.Limit == 0 {
			size = len(a.Values) + 2
		}
		x.attributes = append(x.attributes, attribute{label, variableName(label), a.Values, size})
	}
	return x
}

// key is what the ids of the metric's charts begin with.
func (m *metric) key() string { return m.PrometheusName() }

// title is the heading of the metric's charts.
func (m *metric) title() string { return words(m.Name) }

// labels are all labels.
func (m *metric) labels() []string {
	all := make([]string, len(m.attributes))
	for i, a := range m.attributes {
		all[i] = a.label
	}
	return all
}

// chosen returns the series that the variables leave; those of the labels left out are not looked at.
func (m *metric) chosen(leftOut ...string) promql.Series {
	s := m.series.Where(targets()...)
	for _, a := range m.attributes {
		if !slices.Contains(leftOut, a.label) {
			s = s.Where(promql.Match(a.label, "$"+a.variable))
		}
	}
	return s
}

// splits are the attributes that have a chart of their own.
func (m *metric) splits() []attribute { return m.attributes[:min(len(m.attributes), maxSplits)] }

// many reports whether the values of labels make more lines than can be told apart.
func many(attributes ...attribute) bool { return moreThan(manyLines, attributes) }

func moreThan(most int, attributes []attribute) bool {
	lines := 1
	for _, a := range attributes {
		lines *= a.size
		if lines > most {
			return true
		}
	}
	return false
}

// section returns the charts that suit the metric's instrument.
func (m *metric) section() section {
	s := section{key: m.key(), title: m.title()}
	switch i := m.Instrument; {
	case i.IsMonotonic():
		s.charts = m.counterCharts()
	case i.IsDistribution():
		s.charts = m.histogramCharts()
	case i.IsUnique():
		s.charts = m.uniqueCharts()
	case i.IsGauge():
		s.charts = m.levelCharts("max", "The largest value of all instances: they may all report the same.", promql.Series.Max)
	default:
		s.charts = m.levelCharts("sum", "The sum over all instances.", promql.Series.Sum)
	}
	for i := range s.charts {
		s.charts[i].key = m.key() + "/" + s.charts[i].key
	}
	return s
}

// levelCharts are those of what has a value at any time.
func (m *metric) levelCharts(key, how string, ask func(promql.Series, ...string) string) []chart {
	labels, chosen, title := m.labels(), m.chosen(), m.title()
	now, over := ask(chosen, labels...), ask(chosen, labels...)
	howNow, howOver := how, how
	if many(m.attributes...) {
		now, howNow = highest(now), howNow+highestNote
		over, howOver = narrowed(over, chosen.AtEnd().Highest(wholeRange, labels...), labels), howOver+topNote
	}
	kind := figures
	if moreThan(fewLines, m.attributes) {
		kind = bars
	}
	return []chart{
		{
			key: key + "/now", kind: kind, three: len(m.attributes) == 1 && len(m.attributes[0].values) == 3, title: title + ", now", description: sentences(m.about(), howNow),
			unit: unitOf(m.Metric), none: "No value of " + m.series.Name() + " yet",
			queries: []query{{expr: now, legend: legend(title, labels...)}},
		},
		{
			key: key + "/series", kind: series, title: title, description: sentences(m.about(), howOver),
			unit: unitOf(m.Metric), none: "No value of " + m.series.Name() + " in this time range", many: moreThan(fewLines, m.attributes),
			queries: []query{{expr: over, legend: legend(title, labels...)}},
		},
	}
}

// about is what the map says of the metric to people.
func (m *metric) about() string {
	if m.Deprecated == nil {
		return m.Description
	}
	text := "Deprecated: " + m.Deprecated.Note
	if m.Deprecated.ReplacedBy != "" {
		text += " Replaced by " + m.Deprecated.ReplacedBy + "."
	}
	return sentences(m.Description, text)
}
