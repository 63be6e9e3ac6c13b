// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"maps"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// sinkMetrics are the series of the sinks beside the first, which have the label sink.
type sinkMetrics struct {
	events, errors metric.Int64ObservableCounter
	pending        metric.Int64ObservableUpDownCounter
	oldest         metric.Float64ObservableGauge
}

// make makes the instruments.
func (m *sinkMetrics) make(meter metric.Meter) error {
	var errs [4]error
	m.events, errs[0] = ownmetrics.SinkEvents.Counter(meter)
	m.errors, errs[1] = ownmetrics.SinkErrors.Counter(meter)
	m.pending, errs[2] = ownmetrics.SinkPending.UpDownCounter(meter)
	m.oldest, errs[3] = ownmetrics.SinkOldestAge.Gauge(meter)
	return errors.Join(errs[:]...)
}

// all returns the instruments, for their callback.
func (m *sinkMetrics) all() []metric.Observable {
	return []metric.Observable{m.events, m.errors, m.pending, m.oldest}
}

// observe observes the store's figures of the sinks. For a sink that it does not deliver to, only the pending events
// are known.
func (m *sinkMetrics) observe(to metric.Observer, sinks []eventstore.SinkStats) {
	for _, s := range sinks {
		name := attribute.String("sink", s.Name)
		to.ObserveInt64(m.pending, s.Pending, metric.WithAttributes(name))
		to.ObserveFloat64(m.oldest, s.OldestAge.Seconds(), metric.WithAttributes(name))
		if !s.Declared {
			continue
		}
		quarantined := int64(0)
		for _, n := range s.Quarantined {
			quarantined += n
		}
		for _, o := range [...]struct {
			outcome string
			n       int64
		}{
			{"stored", s.Stored},
			{"deduplicated", s.Deduplicated},
			{"quarantined", quarantined},
			{"suppressed", s.Suppressed},
			{"passed", s.Passed},
			{"lost", s.Lost},
		} {
			to.ObserveInt64(m.events, o.n, metric.WithAttributes(name, attribute.String("outcome", o.outcome)))
		}
		for _, kind := range slices.Sorted(maps.Keys(s.Errors)) {
			to.ObserveInt64(m.errors, s.Errors[kind], metric.WithAttributes(name, attribute.String("kind", kind)))
		}
	}
}
