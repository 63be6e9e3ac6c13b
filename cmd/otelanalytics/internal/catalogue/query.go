// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"slices"
	"strings"

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
				selectors = append(selectors, fmt.Sprintf("%s=%q", r.Metric.Attributes[i].PrometheusLabel(), s.Constant))
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
	name := m.PrometheusName()
	var labels []string
	for i := range m.Attributes {
		label := m.Attributes[i].PrometheusLabel()
		if !slices.ContainsFunc(selectors, func(s string) bool { return strings.HasPrefix(s, label+"=") }) {
			labels = append(labels, label)
		}
	}
	series := func(suffix string) string {
		if len(selectors) == 0 {
			return name + suffix
		}
		return name + suffix + "{" + strings.Join(selectors, ", ") + "}"
	}
	by := func(more ...string) string {
		if all := append(more, labels...); len(all) > 0 {
			return " by (" + strings.Join(all, ", ") + ") "
		}
		return ""
	}
	split := ""
	if len(labels) > 0 {
		split = ", by " + strings.Join(labels, ", ")
	}
	switch m.Instrument {
	case eventmap.Counter:
		return []query{
			{"A second, over five minutes" + split, fmt.Sprintf("sum%s(rate(%s[5m]))", by(), series(""))},
			{"In the last 24 hours", fmt.Sprintf("sum(increase(%s[24h]))", series(""))},
		}
	case eventmap.UpDownCounter:
		return []query{{"Now" + split, fmt.Sprintf("sum%s(%s)", by(), series(""))}}
	case eventmap.Gauge:
		return []query{{"Now, the largest of all instances" + split, fmt.Sprintf("max%s(%s)", by(), series(""))}}
	case eventmap.ExponentialHistogram:
		return []query{
			{"On average, over five minutes" + split, fmt.Sprintf("histogram_avg(sum%s(rate(%s[5m])))", by(), series(""))},
			{"95 of 100 are at most, over five minutes" + split, fmt.Sprintf("histogram_quantile(0.95, sum%s(rate(%s[5m])))", by(), series(""))},
		}
	default:
		return []query{
			{"On average, over five minutes" + split, fmt.Sprintf("sum%s(rate(%s[5m])) / sum%[1]s(rate(%[3]s[5m]))", by(), series("_sum"), series("_count"))},
			{"95 of 100 are at most, over five minutes" + split, fmt.Sprintf("histogram_quantile(0.95, sum%s(rate(%s[5m])))", by("le"), series("_bucket"))},
		}
	}
}

// metrics writes what is asked of the metrics that no event records into: observers and the application do.
func (p *page) metrics(m *eventmap.Map) {
	recorded := make(map[*eventmap.Metric]bool)
	for _, e := range m.Events() {
		for _, r := range e.Records {
			recorded[r.Metric] = true
		}
	}
	first := true
	for _, metric := range m.Metrics() {
		if recorded[metric] || !metric.Enabled {
			continue
		}
		if first {
			p.printf("## Metrics that no event records\n\n")
			first = false
		}
		p.printf("### %s\n\n", code(metric.PrometheusName()))
		p.paragraph(metric.Description)
		p.promQL(ask(metric, nil))
	}
}
