// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"fmt"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// instrumented is one metric of the map with its OpenTelemetry instrument.
type instrumented struct {
	name      string
	space     *space
	observe   observer
	integer   bool
	monotonic bool // values below zero are refused

	full    atomic.Int64 // combinations beyond max_series
	refused [reasonCount]atomic.Int64
}

// newInstrumented makes the instrument, unless it is one that is observed later.
func newInstrumented(m *eventmap.Metric, meter metric.Meter, later bool) (*instrumented, error) {
	space, err := newSpace(m)
	if err != nil {
		return nil, err
	}
	var observe observer = unfed{}
	if !later {
		if observe, err = newObserver(m, meter); err != nil {
			return nil, fmt.Errorf("instruments: metric %q: %w", m.Name, err)
		}
	}
	return &instrumented{
		name:      m.Name,
		space:     space,
		observe:   observe,
		integer:   m.Number == eventmap.Int,
		monotonic: m.Instrument != eventmap.UpDownCounter && m.Instrument != eventmap.Gauge,
	}, nil
}

// observer hides which of the OpenTelemetry instruments a metric has.
type observer interface {
	observe(ctx context.Context, n number, s *series)
	enabled(ctx context.Context) bool
}

type (
	intAdder interface {
		Add(ctx context.Context, incr int64, options ...metric.AddOption)
		Enabled(ctx context.Context) bool
	}
	doubleAdder interface {
		Add(ctx context.Context, incr float64, options ...metric.AddOption)
		Enabled(ctx context.Context) bool
	}
	intRecorder interface {
		Record(ctx context.Context, value int64, options ...metric.RecordOption)
		Enabled(ctx context.Context) bool
	}
	doubleRecorder interface {
		Record(ctx context.Context, value float64, options ...metric.RecordOption)
		Enabled(ctx context.Context) bool
	}

	addInt       struct{ to intAdder }
	addDouble    struct{ to doubleAdder }
	recordInt    struct{ to intRecorder }
	recordDouble struct{ to doubleRecorder }
)

// unfed is in the place of an instrument that no event records into.
type unfed struct{}

func (unfed) observe(context.Context, number, *series) {}
func (unfed) enabled(context.Context) bool             { return false }

func (o addInt) observe(ctx context.Context, n number, s *series)    { o.to.Add(ctx, n.i, s.add...) }
func (o addDouble) observe(ctx context.Context, n number, s *series) { o.to.Add(ctx, n.f, s.add...) }
func (o recordInt) observe(ctx context.Context, n number, s *series) {
	o.to.Record(ctx, n.i, s.record...)
}

func (o recordDouble) observe(ctx context.Context, n number, s *series) {
	o.to.Record(ctx, n.f, s.record...)
}

func (o addInt) enabled(ctx context.Context) bool       { return o.to.Enabled(ctx) }
func (o addDouble) enabled(ctx context.Context) bool    { return o.to.Enabled(ctx) }
func (o recordInt) enabled(ctx context.Context) bool    { return o.to.Enabled(ctx) }
func (o recordDouble) enabled(ctx context.Context) bool { return o.to.Enabled(ctx) }

// newObserver creates the instrument that m declares. The OpenTelemetry API has one kind of histogram: that
// it becomes an exponential one is said by a view of the meter provider.
func newObserver(m *eventmap.Metric, meter metric.Meter) (observer, error) {
	unit, description := metric.WithUnit(m.Unit), metric.WithDescription(m.Description)
	integer := m.Number == eventmap.Int
	switch {
	case m.Instrument == eventmap.Counter && integer:
		i, err := meter.Int64Counter(m.Name, unit, description)
		return addInt{i}, err
	case m.Instrument == eventmap.Counter:
		i, err := meter.Float64Counter(m.Name, unit, description)
		return addDouble{i}, err
	case m.Instrument == eventmap.UpDownCounter && integer:
		i, err := meter.Int64UpDownCounter(m.Name, unit, description)
		return addInt{i}, err
	case m.Instrument == eventmap.UpDownCounter:
		i, err := meter.Float64UpDownCounter(m.Name, unit, description)
		return addDouble{i}, err
	case m.Instrument == eventmap.Gauge && integer:
		i, err := meter.Int64Gauge(m.Name, unit, description)
		return recordInt{i}, err
	case m.Instrument == eventmap.Gauge:
		i, err := meter.Float64Gauge(m.Name, unit, description)
		return recordDouble{i}, err
	case distribution(m) && integer:
		options := []metric.Int64HistogramOption{unit, description}
		if m.Buckets != nil {
			options = append(options, metric.WithExplicitBucketBoundaries(m.Buckets...))
		}
		i, err := meter.Int64Histogram(m.Name, options...)
		return recordInt{i}, err
	case distribution(m):
		options := []metric.Float64HistogramOption{unit, description}
		if m.Buckets != nil {
			options = append(options, metric.WithExplicitBucketBoundaries(m.Buckets...))
		}
		i, err := meter.Float64Histogram(m.Name, options...)
		return recordDouble{i}, err
	default:
		return nil, fmt.Errorf("unknown instrument %q", m.Instrument)
	}
}

func distribution(m *eventmap.Metric) bool {
	return m.Instrument == eventmap.Histogram || m.Instrument == eventmap.ExponentialHistogram
}
