// SPDX-License-Identifier: Apache-2.0

package ownmetrics

import (
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// PrometheusPrefix is what the names of all of them begin with on a Prometheus page, after a namespace.
const PrometheusPrefix = "otelanalytics_"

// Metric is one of the SDK's own metrics. It is immutable.
type Metric struct {
	Name       string // OpenTelemetry's
	Instrument eventmap.Instrument
	Number     eventmap.NumberKind
	Unit       string // UCUM
	Labels     []Label
	Help       string    // a sentence
	Note       string    // what the documentation adds to Help, in Markdown; mostly nothing
	Buckets    []float64 // upper bounds of a histogram
	Always     bool      // there from the first collection on, where the client has a store
}

// Label is an attribute of a metric.
type Label struct {
	Name   string
	Values []Value // nil where they come from the event map or the application
}

// Value is a value that a label can take, or several that mean one thing.
type Value struct {
	Names []string
	Means string // in Markdown, without the full stop
}

// Label returns the label with the name.
func (m *Metric) Label(name string) (Label, bool) {
	i := slices.IndexFunc(m.Labels, func(l Label) bool { return l.Name == name })
	if i < 0 {
		return Label{}, false
	}
	return m.Labels[i], true
}

// Names returns every value that the label can take, in the order of the table.
func (l Label) Names() []string {
	var all []string
	for _, v := range l.Values {
		all = append(all, v.Names...)
	}
	return all
}

// PrometheusName returns the name on a Prometheus page, without a namespace; that of a histogram's family, without
// _bucket, _sum and _count.
func (m *Metric) PrometheusName() string {
	return (&eventmap.Metric{Name: m.Name, Instrument: m.Instrument, Unit: m.Unit}).PrometheusName()
}

// errKind reports that code asks a metric for an instrument that the table does not give it.
var errKind = errors.New("ownmetrics: the table has another instrument")

func (m *Metric) check(i eventmap.Instrument, n eventmap.NumberKind) error {
	if m.Instrument != i || m.Number != n {
		return fmt.Errorf("%w: %s is a %s of %s, not a %s of %s", errKind, m.Name, m.Instrument, m.Number, i, n)
	}
	return nil
}

// Counter registers the metric, which must be a counter of integers, as an observable one.
func (m *Metric) Counter(meter metric.Meter) (metric.Int64ObservableCounter, error) {
	if err := m.check(eventmap.Counter, eventmap.Int); err != nil {
		return nil, err
	}
	return meter.Int64ObservableCounter(m.Name, metric.WithUnit(m.Unit), metric.WithDescription(m.Help))
}

// UpDownCounter registers the metric, which must be an up_down_counter of integers, as an observable one.
func (m *Metric) UpDownCounter(meter metric.Meter) (metric.Int64ObservableUpDownCounter, error) {
	if err := m.check(eventmap.UpDownCounter, eventmap.Int); err != nil {
		return nil, err
	}
	return meter.Int64ObservableUpDownCounter(m.Name, metric.WithUnit(m.Unit), metric.WithDescription(m.Help))
}

// IntGauge registers the metric, which must be a gauge of integers, as an observable one.
func (m *Metric) IntGauge(meter metric.Meter) (metric.Int64ObservableGauge, error) {
	if err := m.check(eventmap.Gauge, eventmap.Int); err != nil {
		return nil, err
	}
	return meter.Int64ObservableGauge(m.Name, metric.WithUnit(m.Unit), metric.WithDescription(m.Help))
}

// Gauge registers the metric, which must be a gauge of floating-point numbers, as an observable one.
func (m *Metric) Gauge(meter metric.Meter) (metric.Float64ObservableGauge, error) {
	if err := m.check(eventmap.Gauge, eventmap.Double); err != nil {
		return nil, err
	}
	return meter.Float64ObservableGauge(m.Name, metric.WithUnit(m.Unit), metric.WithDescription(m.Help))
}

// IntHistogram registers the metric, which must be a histogram of integers.
func (m *Metric) IntHistogram(meter metric.Meter) (metric.Int64Histogram, error) {
	if err := m.check(eventmap.Histogram, eventmap.Int); err != nil {
		return nil, err
	}
	return meter.Int64Histogram(m.Name, metric.WithUnit(m.Unit), metric.WithDescription(m.Help), metric.WithExplicitBucketBoundaries(m.Buckets...))
}

// Histogram registers the metric, which must be a histogram of floating-point numbers.
func (m *Metric) Histogram(meter metric.Meter) (metric.Float64Histogram, error) {
	if err := m.check(eventmap.Histogram, eventmap.Double); err != nil {
		return nil, err
	}
	return meter.Float64Histogram(m.Name, metric.WithUnit(m.Unit), metric.WithDescription(m.Help), metric.WithExplicitBucketBoundaries(m.Buckets...))
}
