// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// numbers are all metrics with their series.
type numbers struct {
	At      time.Time `json:"at"`
	Problem string    `json:"problem,omitempty"` // why there are none
	Metrics []shown   `json:"metrics"`
}

// shown is one metric.
type shown struct {
	Name       string        `json:"name"`
	Prometheus string        `json:"prometheus"`
	Instrument string        `json:"instrument"`
	Unit       string        `json:"unit,omitempty"`
	Help       string        `json:"help,omitempty"`
	Group      string        `json:"group,omitempty"`
	Own        bool          `json:"own"` // one of the SDK's
	Series     []shownSeries `json:"series"`
	More       int           `json:"more,omitempty"`     // series that are not shown
	Overflow   float64       `json:"overflow,omitempty"` // values that became other
	Refused    float64       `json:"refused,omitempty"`  // values that were not recorded
}

type shownSeries struct {
	Labels [][2]string `json:"labels"`
	Value  string      `json:"value"`         // as the page of metrics has it; of a histogram the number of observations
	Sum    string      `json:"sum,omitempty"` // of a histogram
}

// now returns the numbers. They are at most a second old if the page is fast.
func (m *metrics) now() numbers {
	out := numbers{Metrics: []shown{}}
	if m.page.config.metrics == nil {
		out.Problem = "The live page has no metrics: pass livepage.WithMetrics."
		return out
	}
	if err := m.refresh(time.Now(), time.Second); err != nil {
		out.Problem = err.Error()
		return out
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failure != nil {
		out.Problem = m.failure.Error()
		return out
	}
	out.At = m.at.UTC()
	overflow := m.byMetric(ownmetrics.AttributesOverflow)
	refused := m.byMetric(ownmetrics.ValuesRefused)
	for _, declared := range m.page.client.EventMap().Metrics() {
		s := m.shown(declared.PrometheusName())
		s.Name, s.Instrument, s.Unit, s.Help, s.Group = declared.Name, string(declared.Instrument), declared.Unit, declared.Description, declared.Group
		s.Overflow, s.Refused = overflow[declared.Name], refused[declared.Name]
		out.Metrics = append(out.Metrics, s)
	}
	for _, own := range ownmetrics.All() {
		s := m.shown(own.PrometheusName())
		if len(s.Series) == 0 {
			continue
		}
		s.Name, s.Instrument, s.Unit, s.Help, s.Own = own.Name, string(own.Instrument), own.Unit, own.Help, true
		out.Metrics = append(out.Metrics, s)
	}
	return out
}

func (m *metrics) shown(name string) shown {
	name = m.prefix + name
	s := shown{Prometheus: name, Series: []shownSeries{}}
	all, more := sorted(m.read[name])
	s.More = more
	for _, one := range all {
		series := shownSeries{Labels: [][2]string{}, Value: decimal(number(one))}
		for _, pair := range one.GetLabel() {
			series.Labels = append(series.Labels, [2]string{pair.GetName(), pair.GetValue()})
		}
		if one.Histogram != nil {
			series.Sum = decimal(one.Histogram.GetSampleSum())
		}
		s.Series = append(s.Series, series)
	}
	return s
}

// decimal writes a number as Prometheus' text format does.
func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// byMetric adds up the series of an own metric by its label metric. The caller holds mu.
func (m *metrics) byMetric(own *ownmetrics.Metric) map[string]float64 {
	sums := make(map[string]float64)
	for _, s := range m.read[m.prefix+own.PrometheusName()].GetMetric() {
		sums[label(s, "metric")] += number(s)
	}
	return sums
}

func label(s *dto.Metric, name string) string {
	for _, pair := range s.GetLabel() {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

// past is the history of one metric.
type pastOfMetric struct {
	Times  []int64      `json:"times"` // milliseconds since 1970
	Series []pastSeries `json:"series"`
	Full   bool         `json:"full,omitempty"` // there are series without a history
}

type pastSeries struct {
	Labels string     `json:"labels"`
	Values []*float64 `json:"values"` // null: the series was not there
}

// maxPlotted is how many series of a metric a plot has: those with the largest values.
const maxPlotted = 12

func (m *metrics) past(name string) pastOfMetric {
	m.mu.Lock()
	defer m.mu.Unlock()
	times, series := m.history.of(name)
	out := pastOfMetric{Times: times, Series: []pastSeries{}, Full: m.history.full}
	for labels, values := range series {
		out.Series = append(out.Series, pastSeries{labels, values})
	}
	slices.SortFunc(out.Series, func(a, b pastSeries) int {
		return cmp.Or(cmp.Compare(last(b.Values), last(a.Values)), cmp.Compare(a.Labels, b.Labels))
	})
	out.Series = out.Series[:min(len(out.Series), maxPlotted)]
	return out
}

func last(values []*float64) float64 {
	for _, v := range slices.Backward(values) {
		if v != nil {
			return *v
		}
	}
	return 0
}
