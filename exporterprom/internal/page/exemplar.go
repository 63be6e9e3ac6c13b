// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// setExemplars brings the exemplars of a counter or histogram, which has as many buckets, up to date. It leaves them alone
// while they are the same.
func setExemplars[N number](p *Page, s *series, buckets int, from []metricdata.Exemplar[N]) {
	if len(from) == 0 && s.exemplars == 0 {
		return
	}
	is := fingerprint(from)
	if is == s.exemplars && is != undated {
		return
	}
	s.exemplars = is
	clearExemplars(&s.metric, buckets)
	if len(from) == 0 {
		return
	}
	if err := placeExemplars(p, s, from); err != nil {
		otel.Handle(err) // the series is there without them
	}
}

// placeExemplars has client_golang judge the exemplars, and put them where they belong: the last one onto a counter, each
// into its bucket.
func placeExemplars[N number](p *Page, s *series, from []metricdata.Exemplar[N]) error {
	all := make([]prometheus.Exemplar, len(from))
	for i, e := range from {
		l := make(prometheus.Labels, 2+len(e.FilteredAttributes))
		for _, kv := range e.FilteredAttributes {
			name, err := p.namer.labels.Build(string(kv.Key))
			if err != nil {
				return err
			}
			l[name] = kv.Value.String()
		}
		l[otlptranslator.ExemplarTraceIDKey] = hex.EncodeToString(e.TraceID)
		l[otlptranslator.ExemplarSpanIDKey] = hex.EncodeToString(e.SpanID)
		all[i] = prometheus.Exemplar{Value: float64(e.Value), Timestamp: e.Time, Labels: l}
	}
	m, err := prometheus.NewMetricWithExemplars(asItIs{}, all...)
	if err != nil {
		return err
	}
	if err := m.Write(&s.metric); err != nil {
		return err
	}
	eachExemplar(&s.metric, func(e *dto.Exemplar) {
		slices.SortFunc(e.Label, func(a, b *dto.LabelPair) int { return strings.Compare(a.GetName(), b.GetName()) })
	})
	return nil
}

// asItIs is a metric that is written already.
type asItIs struct{ prometheus.Metric }

func (asItIs) Write(*dto.Metric) error { return nil }

func clearExemplars(m *dto.Metric, buckets int) {
	if m.Counter != nil {
		m.Counter.Exemplar = nil
	}
	if h := m.Histogram; h != nil {
		h.Exemplars, h.Bucket = nil, h.Bucket[:buckets] // without one that was there for its exemplar
		for _, b := range h.Bucket {
			b.Exemplar = nil
		}
	}
}

func eachExemplar(m *dto.Metric, do func(*dto.Exemplar)) {
	if m.Counter != nil && m.Counter.Exemplar != nil {
		do(m.Counter.Exemplar)
	}
	if m.Histogram != nil {
		for _, e := range m.Histogram.Exemplars {
			do(e)
		}
		for _, b := range m.Histogram.Bucket {
			if b.Exemplar != nil {
				do(b.Exemplar)
			}
		}
	}
}

// undated is the fingerprint of exemplars of which one has no time: that is now, at each gathering.
const undated = 1

// fingerprint returns 0 for no exemplars, and else a number that is very likely another one for others.
func fingerprint[N number](from []metricdata.Exemplar[N]) uint64 {
	if len(from) == 0 {
		return 0
	}
	h := uint64(len(from))
	mix := func(x uint64) {
		h = (h ^ x) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	for i := range from {
		e := &from[i]
		if e.Time.IsZero() {
			return undated
		}
		mix(uint64(e.Time.UnixNano()))
		mix(math.Float64bits(float64(e.Value)))
		for _, b := range e.SpanID {
			mix(uint64(b))
		}
		for _, b := range e.TraceID {
			mix(uint64(b))
		}
	}
	return max(h, undated+1)
}
