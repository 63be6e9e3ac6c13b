// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// Bounds of the metrics that are shown and kept.
const (
	maxShown  = 200   // series of one metric
	maxSeries = 2_000 // with a history, of all metrics
	maxPage   = 64 << 20
)

// metrics reads the page of metrics, and keeps its last minutes. The page is a handler of the service. A goroutine
// calls it, one at a time, and nobody waits longer than scrapeTimeout. It is safe for concurrent use.
type metrics struct {
	page *Page

	mu      sync.Mutex                   // guards what follows
	at      time.Time                    // of the page
	read    map[string]*dto.MetricFamily // those of names
	failure error
	took    time.Duration
	prefix  string // of all names on the page
	history history
	reading *reading // nil: the page is not asked now
}

// reading is one request for the page that is under way.
type reading struct {
	began time.Time
	keep  bool          // the values go to the history
	done  chan struct{} // closed when the numbers are there
}

func newMetrics(p *Page) *metrics { return &metrics{page: p, history: newHistory()} }

// pause is the time between two samples. A slow page is read less often, so that it costs at most 2 % of a core.
func (m *metrics) pause() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(sampleEvery, 50*m.took)
}

// sample starts a reading of the page, which stores the values of the map's metrics. It does not wait for the reading.
func (m *metrics) sample(now time.Time) {
	if m.page.config.metrics == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begin(now).keep = true
}

// begin starts a reading, unless one is under way. The caller holds mu.
func (m *metrics) begin(now time.Time) *reading {
	if m.reading == nil {
		m.reading = &reading{began: now, done: make(chan struct{})}
		go m.ask(m.reading)
	}
	return m.reading
}

// refresh reads the page if the last reading is older than most. It returns errSlow if the page does not answer in
// time.
func (m *metrics) refresh(now time.Time, most time.Duration) error {
	m.mu.Lock()
	if now.Sub(m.at) < max(most, 10*m.took) {
		m.mu.Unlock()
		return nil
	}
	r := m.begin(now)
	m.mu.Unlock()
	timer := time.NewTimer(scrapeTimeout - now.Sub(r.began))
	defer timer.Stop()
	select {
	case <-r.done:
		return nil
	case <-timer.C:
		return errSlow
	}
}

// ask reads the page.
func (m *metrics) ask(r *reading) {
	families, err := map[string]*dto.MetricFamily(nil), errEnded
	defer func() { m.have(r, families, err) }() // the handler may end the goroutine
	families, err = scrape(m.page.config.metrics, m.page.config.logger)
}

// have stores the result of a reading.
func (m *metrics) have(r *reading, families map[string]*dto.MetricFamily, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer close(r.done)
	m.reading = nil
	m.at, m.took, m.failure = r.began, time.Since(r.began), err
	if err != nil {
		return
	}
	accepted := ownmetrics.EventsAccepted.PrometheusName()
	m.prefix = ""
	for name := range families {
		if p, ok := strings.CutSuffix(name, accepted); ok && (p == "" || strings.HasSuffix(p, "_")) {
			m.prefix = p
		}
	}
	names := m.names()
	m.read = make(map[string]*dto.MetricFamily, len(names)) // the service's other metrics are not kept
	for _, name := range names {
		if f := families[name]; f != nil {
			m.read[name] = f
		}
	}
	if !r.keep {
		return
	}
	m.history.begin(r.began)
	for _, name := range names {
		for _, s := range m.read[name].GetMetric() {
			m.history.add(name, labelText(s), number(s))
		}
	}
}

// forget drops the numbers and their history, when nobody has looked for so long that they are useless.
func (m *metrics) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at, m.read, m.history = time.Time{}, nil, newHistory()
}

// names are the names of the map's metrics and of the SDK's own on the page. The caller holds mu.
func (m *metrics) names() []string {
	var all []string
	for _, declared := range m.page.client.EventMap().Metrics() {
		all = append(all, m.prefix+declared.PrometheusName())
	}
	for _, own := range ownmetrics.All() {
		all = append(all, m.prefix+own.PrometheusName())
	}
	return all
}

// mistakes returns a line for each field and value that violates the map.
func (m *metrics) mistakes() (lines []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, own := range []*ownmetrics.Metric{ownmetrics.FieldsMistyped, ownmetrics.EventsViolations, ownmetrics.ValuesRefused} {
		name := m.prefix + own.PrometheusName()
		for _, s := range m.read[name].GetMetric() {
			if n := number(s); n > 0 {
				var labels []string
				for _, pair := range s.GetLabel() {
					if _, declared := own.Label(pair.GetName()); declared {
						labels = append(labels, fmt.Sprintf("%s=%q", pair.GetName(), pair.GetValue()))
					}
				}
				lines = append(lines, fmt.Sprintf("%s{%s}: %.0f", name, strings.Join(labels, ","), n))
			}
		}
	}
	return lines
}

// number returns the value of a series. For a histogram it returns the number of observations.
func number(s *dto.Metric) float64 {
	switch {
	case s.Counter != nil:
		return s.Counter.GetValue()
	case s.Gauge != nil:
		return s.Gauge.GetValue()
	case s.Histogram != nil:
		return float64(s.Histogram.GetSampleCount())
	case s.Summary != nil:
		return float64(s.Summary.GetSampleCount())
	}
	return s.Untyped.GetValue()
}

// labelText returns the labels of a series as a text. It identifies the series within its metric, and is shown.
func labelText(s *dto.Metric) string {
	var b strings.Builder
	for i, pair := range s.GetLabel() {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s=%q", pair.GetName(), pair.GetValue())
	}
	return b.String()
}

// sorted returns the series of a family, those with the largest values first, and how many there are more.
func sorted(f *dto.MetricFamily) (shown []*dto.Metric, more int) {
	all := slices.Clone(f.GetMetric())
	if len(all) > maxShown {
		slices.SortStableFunc(all, func(a, b *dto.Metric) int {
			switch x, y := number(a), number(b); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
		return all[:maxShown], len(all) - maxShown
	}
	return all, 0
}
