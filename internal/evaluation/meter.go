// SPDX-License-Identifier: Apache-2.0

package evaluation

import (
	"context"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// meter is a meter of OpenTelemetry's API that keeps what the instruments of one map are given.
type meter struct {
	noop.Meter

	metrics   []*Metric
	byName    map[string]*Metric
	changed   []*Series
	returned  []*Series // by takeChanged
	callbacks []metric.Callback
	weight    float64 // how many events the one stands for that is being recorded; 0 is 1
}

func newMeter(m *eventmap.Map) *meter {
	kept := &meter{byName: make(map[string]*Metric)}
	for _, declared := range m.Metrics() {
		if declared.Enabled {
			made := newMetric(declared, kept)
			kept.metrics = append(kept.metrics, made)
			kept.byName[declared.Name] = made
		}
	}
	return kept
}

// mark says that a series has changed.
func (m *meter) mark(s *Series) {
	if !s.changed {
		s.changed = true
		m.changed = append(m.changed, s)
	}
}

func (m *meter) takeChanged() []*Series {
	for _, s := range m.changed {
		s.changed = false
	}
	m.changed, m.returned = m.returned[:0], m.changed
	return m.returned
}

func (m *meter) named(name string) (*Metric, error) {
	found, ok := m.byName[name]
	if !ok {
		return nil, fmt.Errorf("the event map declares no metric %q", name)
	}
	return found, nil
}

func (m *meter) Int64Counter(name string, _ ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	to, err := m.named(name)
	return intCounter{to: to}, err
}

func (m *meter) Float64Counter(name string, _ ...metric.Float64CounterOption) (metric.Float64Counter, error) {
	to, err := m.named(name)
	return doubleCounter{to: to}, err
}

func (m *meter) Int64UpDownCounter(name string, _ ...metric.Int64UpDownCounterOption) (metric.Int64UpDownCounter, error) {
	to, err := m.named(name)
	return intUpDown{to: to}, err
}

func (m *meter) Float64UpDownCounter(name string, _ ...metric.Float64UpDownCounterOption) (metric.Float64UpDownCounter, error) {
	to, err := m.named(name)
	return doubleUpDown{to: to}, err
}

func (m *meter) Int64Gauge(name string, _ ...metric.Int64GaugeOption) (metric.Int64Gauge, error) {
	to, err := m.named(name)
	return intGauge{to: to}, err
}

func (m *meter) Float64Gauge(name string, _ ...metric.Float64GaugeOption) (metric.Float64Gauge, error) {
	to, err := m.named(name)
	return doubleGauge{to: to}, err
}

func (m *meter) Int64Histogram(name string, _ ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	to, err := m.named(name)
	return intHistogram{to: to}, err
}

func (m *meter) Float64Histogram(name string, _ ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	to, err := m.named(name)
	return doubleHistogram{to: to}, err
}

func (m *meter) Int64ObservableCounter(name string, _ ...metric.Int64ObservableCounterOption) (metric.Int64ObservableCounter, error) {
	return ownCounter{name: name}, nil
}

func (m *meter) RegisterCallback(f metric.Callback, _ ...metric.Observable) (metric.Registration, error) {
	m.callbacks = append(m.callbacks, f)
	return noop.Registration{}, nil
}

// OwnCounter is one of the set's own counters, such as otelanalytics.attributes.overflow.
type OwnCounter struct {
	Name       string
	Attributes attribute.Set
	Value      int64
}

type (
	ownCounter struct {
		noop.Int64ObservableCounter
		name string
	}
	observer struct {
		noop.Observer
		counters []OwnCounter
	}
)

func (o *observer) ObserveInt64(of metric.Int64Observable, value int64, options ...metric.ObserveOption) {
	if c, ok := of.(ownCounter); ok && value != 0 {
		o.counters = append(o.counters, OwnCounter{c.name, metric.NewObserveConfig(options).Attributes(), value})
	}
}

// collect runs the callbacks as a scrape does.
func (m *meter) collect() []OwnCounter {
	var o observer
	for _, f := range slices.Clone(m.callbacks) {
		_ = f(context.Background(), &o) // the set's callback returns nil
	}
	return o.counters
}
