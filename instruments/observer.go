// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

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

func (o addInt) observe(ctx context.Context, n number, s *series)    { o.to.Add(ctx, n.i, s.add[:]...) }
func (o addDouble) observe(ctx context.Context, n number, s *series) { o.to.Add(ctx, n.f, s.add[:]...) }
func (o recordInt) observe(ctx context.Context, n number, s *series) {
	o.to.Record(ctx, n.i, s.record[:]...)
}

func (o recordDouble) observe(ctx context.Context, n number, s *series) {
	o.to.Record(ctx, n.f, s.record[:]...)
}

func (o addInt) enabled(ctx context.Context) bool       { return o.to.Enabled(ctx) }
func (o addDouble) enabled(ctx context.Context) bool    { return o.to.Enabled(ctx) }
func (o recordInt) enabled(ctx context.Context) bool    { return o.to.Enabled(ctx) }
func (o recordDouble) enabled(ctx context.Context) bool { return o.to.Enabled(ctx) }

// makers create the OpenTelemetry instrument of each kind that events record into, for integers and for floating-point numbers.
var makers = map[eventmap.Instrument]struct {
	integer, double func(*eventmap.Metric, metric.Meter) (observer, error)
}{
	eventmap.Counter: {
		func(m *eventmap.Metric, meter metric.Meter) (observer, error) {
			i, err := meter.Int64Counter(m.Name, unit(m), description(m))
			return addInt{i}, err
		},
		func(m *eventmap.Metric, meter metric.Meter) (observer, error) {
			i, err := meter.Float64Counter(m.Name, unit(m), description(m))
			return addDouble{i}, err
		},
	},
	eventmap.UpDownCounter: {
		func(m *eventmap.Metric, meter metric.Meter) (observer, error) {
			i, err := meter.Int64UpDownCounter(m.Name, unit(m), description(m))
			return addInt{i}, err
		},
		func(m *eventmap.Metric, meter metric.Meter) (observer, error) {
			i, err := meter.Float64UpDownCounter(m.Name, unit(m), description(m))
			return addDouble{i}, err
		},
	},
	eventmap.Gauge: {
		func(m *eventmap.Metric, meter metric.Meter) (observer, error) {
			i, err := meter.Int64Gauge(m.Name, unit(m), description(m))
			return recordInt{i}, err
		},
		func(m *eventmap.Metric, meter metric.Meter) (observer, error) {
			i, err := meter.Float64Gauge(m.Name, unit(m), description(m))
			return recordDouble{i}, err
		},
	},
	eventmap.Histogram: {intHistogram, doubleHistogram},
	// The OpenTelemetry API has one kind of histogram. A view of the meter provider makes it exponential.
	eventmap.ExponentialHistogram: {intHistogram, doubleHistogram},
}

// newObserver creates the instrument that m declares.
func newObserver(m *eventmap.Metric, meter metric.Meter) (observer, error) {
	makes, ok := makers[m.Instrument]
	switch {
	case !ok:
		return nil, fmt.Errorf("unknown instrument %q", m.Instrument)
	case m.Number == eventmap.Int:
		return makes.integer(m, meter)
	default:
		return makes.double(m, meter)
	}
}

func intHistogram(m *eventmap.Metric, meter metric.Meter) (observer, error) {
	options := []metric.Int64HistogramOption{unit(m), description(m)}
	if m.Buckets != nil {
		options = append(options, metric.WithExplicitBucketBoundaries(m.Buckets...))
	}
	i, err := meter.Int64Histogram(m.Name, options...)
	return recordInt{i}, err
}

func doubleHistogram(m *eventmap.Metric, meter metric.Meter) (observer, error) {
	options := []metric.Float64HistogramOption{unit(m), description(m)}
	if m.Buckets != nil {
		options = append(options, metric.WithExplicitBucketBoundaries(m.Buckets...))
	}
	i, err := meter.Float64Histogram(m.Name, options...)
	return recordDouble{i}, err
}

func unit(m *eventmap.Metric) metric.InstrumentOption { return metric.WithUnit(m.Unit) }
func description(m *eventmap.Metric) metric.InstrumentOption {
	return metric.WithDescription(m.Description)
}
