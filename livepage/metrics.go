// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// The bounds of what is shown and kept of metrics.
const (
	maxShown  = 200   // series of one metric
	maxSeries = 2_000 // with a history, of all metrics
	maxPage   = 64 << 20
)

// metrics reads the page of metrics, and keeps its last minutes. It is safe for concurrent use.
type metrics struct {
	page *Page

	mu      sync.Mutex // guards what follows
	at      time.Time  // of the page
	read    map[string]*dto.MetricFamily
	failure error
	took    time.Duration
	prefix  string // of all names on the page
	history history
}

func newMetrics(p *Page) *metrics { return &metrics{page: p, history: newHistory()} }

// pause is how long there is between two samples: a page that takes long is asked seldom, so that it costs 2 % of a core at most.
func (m *metrics) pause() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(sampleEvery, 50*m.took)
}

// sample reads the page and keeps the values of the map's metrics.
func (m *metrics) sample(now time.Time) {
	if m.page.config.metrics == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refresh(now, 0)
	if m.failure != nil {
		return
	}
	m.history.begin(now)
	for _, name := range m.names() {
		for _, s := range m.read[name].GetMetric() {
			m.history.add(name, labelText(s), number(s))
		}
	}
}

// refresh reads the page if what is known is older than most. The caller holds mu.
func (m *metrics) refresh(now time.Time, most time.Duration) {
	if now.Sub(m.at) < max(most, 10*m.took) {
		return
	}
	began := time.Now()
	read, err := scrape(m.page.config.metrics)
	m.at, m.took, m.failure = now, time.Since(began), err
	if err != nil {
		return
	}
	m.read = read
	accepted := ownmetrics.EventsAccepted.PrometheusName()
	m.prefix = ""
	for name := range read {
		if p, ok := strings.CutSuffix(name, accepted); ok && (p == "" || strings.HasSuffix(p, "_")) {
			m.prefix = p
		}
	}
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

// mistakes has a line for each field and value that is not as the map declares it.
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

// number is the value of a series; of a histogram the number of observations.
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

// labelText tells series of a metric apart, and is shown.
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

// errPage is why there are no numbers.
var errPage = errors.New("the page of metrics cannot be read")

// scrape asks a handler for its page.
func scrape(h http.Handler) (map[string]*dto.MetricFamily, error) {
	r, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/plain;version=0.0.4")
	w := &memoryWriter{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d", errPage, w.status)
	}
	if w.body.Len() > maxPage {
		return nil, fmt.Errorf("%w: it is larger than 64 MiB", errPage)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(&w.body)
	if err != nil {
		return nil, fmt.Errorf("%w: it has another format", errPage)
	}
	return families, nil
}

// memoryWriter takes an answer into memory.
type memoryWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *memoryWriter) Header() http.Header { return w.header }

func (w *memoryWriter) WriteHeader(status int) { w.status = status }

func (w *memoryWriter) Write(p []byte) (int, error) { return w.body.Write(p) }

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
