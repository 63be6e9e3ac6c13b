// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// ownMetrics are the SDK's own instruments. What the hot path counts is read when metrics are collected,
// so that counting costs an atomic addition.
type ownMetrics struct {
	accepted, recovered, stored, quarantined, lost, rejected, dropped, duplicate, mistyped, panics, errors metric.Int64ObservableCounter

	pending, size metric.Int64ObservableUpDownCounter
	oldest        metric.Float64ObservableGauge
}

// measure registers the SDK's own metrics.
func (c *Client) measure(meter metric.Meter) error {
	var o ownMetrics
	var errs []error
	counter := func(name, description string) metric.Int64ObservableCounter {
		i, err := meter.Int64ObservableCounter("otelanalytics.events."+name, metric.WithUnit("{event}"), metric.WithDescription(description))
		errs = append(errs, err)
		return i
	}
	o.accepted = counter("accepted", "Events that were written to the journal.")
	o.recovered = counter("recovered", "Events of an earlier process that were found in the journal when it was opened, and events that were put back from quarantine.")
	o.stored = counter("stored", "Events that MongoDB has acknowledged.")
	o.quarantined = counter("quarantined", "Events that MongoDB will never take and that are kept in the quarantine file.")
	o.lost = counter("lost", "Events that damage on disk made unreadable.")
	o.rejected = counter("rejected", "Events that were not accepted; their callers got an error.")
	o.duplicate = counter("duplicate", "Events that were neither stored nor recorded, because their key had been seen.")
	o.dropped = counter("dropped", "Events that the application's before-track hook dropped.")
	var err error
	o.mistyped, err = meter.Int64ObservableCounter("otelanalytics.fields.mistyped", metric.WithUnit("{field}"),
		metric.WithDescription("Data fields that were not of the type that the event map declares; they were stored as they were."))
	errs = append(errs, err)
	o.panics, err = meter.Int64ObservableCounter("otelanalytics.hook.panics", metric.WithUnit("{panic}"),
		metric.WithDescription("Panics of the application's before-track hook; the events went on as they were before it."))
	errs = append(errs, err)
	o.errors, err = meter.Int64ObservableCounter("otelanalytics.store.errors", metric.WithUnit("{error}"),
		metric.WithDescription("Failed attempts to move events from the journal to MongoDB, by kind."))
	errs = append(errs, err)
	o.pending, err = meter.Int64ObservableUpDownCounter("otelanalytics.journal.pending", metric.WithUnit("{event}"),
		metric.WithDescription("Events in the journal that are not in MongoDB yet."))
	errs = append(errs, err)
	o.size, err = meter.Int64ObservableUpDownCounter("otelanalytics.journal.size", metric.WithUnit("By"),
		metric.WithDescription("Size of the journal on disk."))
	errs = append(errs, err)
	o.oldest, err = meter.Float64ObservableGauge("otelanalytics.journal.oldest_age", metric.WithUnit("s"),
		metric.WithDescription("How long the oldest pending event has been waiting."))
	errs = append(errs, err, c.measureBatches(meter))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	all := c.all()
	labels := newLabels(all, len(c.hooks) > 0)
	_, err = meter.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		for _, t := range all {
			labels.observeType(to, &o, t)
		}
		if len(c.hooks) > 0 {
			to.ObserveInt64(o.panics, c.hookPanics.Load())
		}
		if c.store != nil {
			labels.observeStore(to, &o, c.storeStats())
		}
		return nil
	}, o.accepted, o.recovered, o.stored, o.quarantined, o.lost, o.rejected, o.dropped, o.duplicate, o.mistyped, o.panics, o.errors, o.pending, o.size, o.oldest)
	return err
}

// measureBatches has the store report its inserts.
func (c *Client) measureBatches(meter metric.Meter) error {
	if c.store == nil {
		return nil
	}
	duration, err := meter.Float64Histogram("otelanalytics.store.batch.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of one attempt to insert a batch into MongoDB."),
		metric.WithExplicitBucketBoundaries(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30))
	if err != nil {
		return err
	}
	size, err := meter.Int64Histogram("otelanalytics.store.batch.size", metric.WithUnit("{event}"),
		metric.WithDescription("Number of events in one attempt to insert a batch into MongoDB."),
		metric.WithExplicitBucketBoundaries(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000))
	if err != nil {
		return err
	}
	c.store.OnInsertAttempt(func(a eventstore.InsertAttempt) {
		ctx := context.Background()
		duration.Record(ctx, a.Duration.Seconds())
		size.Record(ctx, int64(a.Size))
	})
	return nil
}

// labels holds the attribute sets of the own metrics. event_type only takes values that the map declares,
// and other.
type labels struct {
	types map[string]typeLabels
	zeros bool // rejected events are reported before there are any, so that a rate sees the first one
	hooks bool // there are hooks that can drop events
}

// maxSeries bounds the zeros, below the OpenTelemetry SDK's limit of 2,000 series.
const maxSeries = 1_900

type typeLabels struct {
	plain    metric.MeasurementOption
	dropped  metric.MeasurementOption
	rejected [rejectionCount]metric.MeasurementOption
	mistyped []metric.MeasurementOption // by declared field
}

func newLabels(all []*entry, hooks bool) *labels {
	l := &labels{types: make(map[string]typeLabels, len(all)), zeros: len(all)*int(rejectionCount) <= maxSeries, hooks: hooks}
	for _, t := range all {
		eventType := attribute.String("event_type", t.name)
		tl := typeLabels{
			plain:   metric.WithAttributeSet(attribute.NewSet(eventType)),
			dropped: metric.WithAttributeSet(attribute.NewSet(eventType, attribute.String("reason", "hook"))),
		}
		for i, reason := range rejectionNames {
			tl.rejected[i] = metric.WithAttributeSet(attribute.NewSet(eventType, attribute.String("reason", reason)))
		}
		for _, f := range t.declared {
			tl.mistyped = append(tl.mistyped, metric.WithAttributeSet(attribute.NewSet(eventType, attribute.String("field", strings.Join(f.Path, ".")))))
		}
		l.types[t.name] = tl
	}
	return l
}

func (l *labels) observeType(to metric.Observer, o *ownMetrics, t *entry) {
	tl := l.types[t.name]
	if t.stored {
		to.ObserveInt64(o.accepted, t.accepted.Load(), tl.plain)
		to.ObserveInt64(o.duplicate, t.duplicate.Load(), tl.plain)
	}
	if l.hooks {
		to.ObserveInt64(o.dropped, t.dropped.Load(), tl.dropped)
	}
	for i := range t.mistyped {
		// From the first on: most fields of a map never are.
		if n := t.mistyped[i].Load(); n > 0 {
			to.ObserveInt64(o.mistyped, n, tl.mistyped[i])
		}
	}
	for i := range t.rejected {
		if n := t.rejected[i].Load(); n > 0 || l.zeros && rejection(i) != rejectedUnknown {
			to.ObserveInt64(o.rejected, n, tl.rejected[i])
		}
	}
}

func (l *labels) observeStore(to metric.Observer, o *ownMetrics, s eventstore.Stats) {
	to.ObserveInt64(o.recovered, s.Recovered)
	to.ObserveInt64(o.lost, s.Lost)
	to.ObserveInt64(o.pending, s.Pending)
	to.ObserveInt64(o.size, s.JournalBytes)
	to.ObserveFloat64(o.oldest, s.OldestAge.Seconds())
	// The journal may hold events that an earlier map declared: those count as other.
	stored := make(map[string]int64, len(l.types))
	for eventType, n := range s.Stored {
		stored[l.name(eventType)] += n
	}
	for name, l := range l.types {
		to.ObserveInt64(o.stored, stored[name], l.plain)
	}
	quarantined := make(map[eventstore.QuarantineKey]int64, len(s.Quarantined))
	for q, n := range s.Quarantined {
		quarantined[eventstore.QuarantineKey{Type: l.name(q.Type), Reason: q.Reason}] += n
	}
	for q, n := range quarantined {
		to.ObserveInt64(o.quarantined, n, metric.WithAttributes(
			attribute.String("event_type", q.Type), attribute.String("reason", q.Reason)))
	}
	for kind, n := range s.Errors {
		to.ObserveInt64(o.errors, n, metric.WithAttributes(attribute.String("kind", kind)))
	}
}

func (l *labels) name(eventType string) string {
	if _, ok := l.types[eventType]; ok {
		return eventType
	}
	return unknownName
}
