// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// query is PromQL and what it answers.
type query struct{ title, promQL string }

// queries writes what to ask for the event's numbers.
func (p *page) queries(e *eventmap.Event) {
	var all []query
	for _, r := range e.Records {
		if !r.Metric.Enabled {
			continue
		}
		var selectors []string
		for i, s := range r.Sources {
			if s.Kind == eventmap.FromConstant {
				selectors = append(selectors, promql.Equal(r.Metric.Attributes[i].PrometheusLabel(), s.Constant))
			}
		}
		for _, q := range ask(r.Metric, selectors) {
			if !slices.Contains(all, q) {
				all = append(all, q)
			}
		}
	}
	p.promQL(all)
}

func (p *page) promQL(all []query) {
	if len(all) == 0 {
		return
	}
	p.printf("```promql\n")
	for i, q := range all {
		if i > 0 {
			p.printf("\n")
		}
		p.printf("# %s\n%s\n", q.title, q.promQL)
	}
	p.printf("```\n\n")
}

// ask returns the queries of a metric, narrowed by selectors, and split by the labels that these leave.
func ask(m *eventmap.Metric, selectors []string) []query {
	series := promql.Naming{}.Of(m).Where(selectors...)
	var labels []string
	for i := range m.Attributes {
		label := m.Attributes[i].PrometheusLabel()
		if !slices.ContainsFunc(selectors, func(s string) bool { return strings.HasPrefix(s, label+"=") }) {
			labels = append(labels, label)
		}
	}
	split := ""
	if len(labels) > 0 {
		split = ", by " + strings.Join(labels, ", ")
	}
	switch i := m.Instrument; {
	case i.IsMonotonic():
		return []query{
			{"A second, over five minutes" + split, series.Rate("5m", labels...)},
			{"In the last 24 hours", series.Increase("24h")},
		}
	case i.IsSum():
		return []query{{"Now" + split, series.Sum(labels...)}}
	case i.IsUnique():
		return []query{{"Now" + split + "; every instance reports the same number, and a sum over a label counts people twice", series.Max(labels...)}}
	case i.IsGauge():
		return []query{{"Now, the largest of all instances" + split, series.Max(labels...)}}
	default:
		return []query{
			{"On average, over five minutes" + split, series.Average("5m", labels...)},
			{"95 of 100 are at most, over five minutes" + split, series.Quantile(0.95, "5m", labels...)},
		}
	}
}

// unrecorded is what is asked of the metrics that no event records into: observers and the application do.
func unrecorded(m *eventmap.Map) []part {
	recorded := make(map[*eventmap.Metric]bool)
	for _, r := range m.EveryEvent() {
		recorded[r.Metric] = true
	}
	for _, e := range m.Events() {
		for _, r := range e.Records {
			recorded[r.Metric] = true
		}
	}
	all := part{title: "Metrics that no event records"}
	for _, metric := range m.Metrics() {
		if recorded[metric] || !metric.Enabled {
			continue
		}
		p := new(page)
		p.paragraph(metric.Description)
		if d := deprecated(metric.Deprecated); d != "" {
			p.printf("%s\n\n", d)
		}
		p.promQL(ask(metric, nil))
		all.entries = append(all.entries, entry{name: metric.PrometheusName(), about: p.String()})
	}
	if all.entries == nil {
		return nil
	}
	return []part{all}
}
