// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestOwnMetricsAreThoseOfTheTable: a row that nobody registers is documented and never there; an instrument without a
// row is known to no dashboard.
func TestOwnMetricsAreThoseOfTheTable(t *testing.T) {
	meters := &registrar{names: make(map[string]bool)}
	start(t, mongotest.Start(t), otelanalytics.WithMeterProvider(meters))
	got := slices.DeleteFunc(slices.Sorted(maps.Keys(meters.names)), func(name string) bool { return !strings.HasPrefix(name, "otelanalytics.") })
	var want []string
	for _, m := range ownmetrics.All() {
		// Packages observers, uniques and ingest, and the command deliver, register the others, and have tests for them.
		if m != ownmetrics.ObserverUp && !strings.HasPrefix(m.Name, "otelanalytics.uniques.") && !strings.HasPrefix(m.Name, "otelanalytics.log.") && !strings.HasPrefix(m.Name, "otelanalytics.ingest.") {
			want = append(want, m.Name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-table +registered)\n%s", diff)
	}
}

// registrar is a meter provider that notes which instruments are registered.
type registrar struct {
	noop.MeterProvider

	mu    sync.Mutex
	names map[string]bool
}

func (r *registrar) note(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names[name] = true
}

func (r *registrar) Meter(string, ...metric.MeterOption) metric.Meter { return meter{r: r} }

type meter struct {
	noop.Meter
	r *registrar
}

func (m meter) Int64ObservableCounter(name string, o ...metric.Int64ObservableCounterOption) (metric.Int64ObservableCounter, error) {
	m.r.note(name)
	return m.Meter.Int64ObservableCounter(name, o...)
}

func (m meter) Int64ObservableUpDownCounter(name string, o ...metric.Int64ObservableUpDownCounterOption) (metric.Int64ObservableUpDownCounter, error) {
	m.r.note(name)
	return m.Meter.Int64ObservableUpDownCounter(name, o...)
}

func (m meter) Int64ObservableGauge(name string, o ...metric.Int64ObservableGaugeOption) (metric.Int64ObservableGauge, error) {
	m.r.note(name)
	return m.Meter.Int64ObservableGauge(name, o...)
}

func (m meter) Float64ObservableGauge(name string, o ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	m.r.note(name)
	return m.Meter.Float64ObservableGauge(name, o...)
}

func (m meter) Float64ObservableCounter(name string, o ...metric.Float64ObservableCounterOption) (metric.Float64ObservableCounter, error) {
	m.r.note(name)
	return m.Meter.Float64ObservableCounter(name, o...)
}

func (m meter) Float64ObservableUpDownCounter(name string, o ...metric.Float64ObservableUpDownCounterOption) (metric.Float64ObservableUpDownCounter, error) {
	m.r.note(name)
	return m.Meter.Float64ObservableUpDownCounter(name, o...)
}

func (m meter) Int64Counter(name string, o ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	m.r.note(name)
	return m.Meter.Int64Counter(name, o...)
}

func (m meter) Int64Histogram(name string, o ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	m.r.note(name)
	return m.Meter.Int64Histogram(name, o...)
}

func (m meter) Float64Histogram(name string, o ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	m.r.note(name)
	return m.Meter.Float64Histogram(name, o...)
}
