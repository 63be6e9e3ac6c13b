// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// ownMetrics are the SDK's own instruments. The counters of the hot path are read when metrics are collected, so that
// counting costs an atomic addition.
type ownMetrics struct {
	accepted, recovered, stored, deduplicated, quarantined, suppressed, lost, rejected, dropped, duplicate, sampledOut, mistyped, violations, hookPanics, panics, errors, consumerErrors metric.Int64ObservableCounter

	pending, size, consumers metric.Int64ObservableUpDownCounter
	oldest, clock, start     metric.Float64ObservableGauge
	delay                    metric.Float64ObservableGauge
}

// measure registers the SDK's own metrics.
func (c *Client) measure(meter metric.Meter) error {
	var o ownMetrics
	var sinks sinkMetrics
	var errs []error
	counter := func(m *ownmetrics.Metric) metric.Int64ObservableCounter {
		i, err := m.Counter(meter)
		errs = append(errs, err)
		return i
	}
	o.accepted = counter(ownmetrics.EventsAccepted)
	o.recovered = counter(ownmetrics.EventsRecovered)
	o.stored = counter(ownmetrics.EventsStored)
	o.deduplicated = counter(ownmetrics.EventsDeduplicated)
	o.quarantined = counter(ownmetrics.EventsQuarantined)
	o.suppressed = counter(ownmetrics.EventsSuppressed)
	o.lost = counter(ownmetrics.EventsLost)
	o.rejected = counter(ownmetrics.EventsRejected)
	o.duplicate = counter(ownmetrics.EventsDuplicate)
	o.dropped = counter(ownmetrics.EventsDropped)
	o.sampledOut = counter(ownmetrics.EventsSampledOut)
	o.mistyped = counter(ownmetrics.FieldsMistyped)
	o.violations = counter(ownmetrics.EventsViolations)
	o.hookPanics = counter(ownmetrics.HookPanics)
	o.panics = counter(ownmetrics.PipelinePanics)
	o.errors = counter(ownmetrics.StoreErrors)
	o.consumerErrors = counter(ownmetrics.JournalConsumerErrors)
	var err error
	o.pending, err = ownmetrics.JournalPending.UpDownCounter(meter)
	errs = append(errs, err)
	o.size, err = ownmetrics.JournalSize.UpDownCounter(meter)
	errs = append(errs, err)
	o.consumers, err = ownmetrics.JournalConsumerPending.UpDownCounter(meter)
	errs = append(errs, err)
	o.oldest, err = ownmetrics.JournalOldestAge.Gauge(meter)
	errs = append(errs, err)
	o.clock, err = ownmetrics.Clock.Gauge(meter)
	errs = append(errs, err)
	o.start, err = ownmetrics.Start.Gauge(meter)
	errs = append(errs, err)
	o.delay, err = ownmetrics.RecordDelay.Gauge(meter)
	errs = append(errs, err, c.measureBatches(meter), sinks.make(meter))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	all := c.all()
	labels := newLabels(all, len(c.hooks) > 0)
	labels.suppressing = c.suppress
	c.registration, err = meter.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		for _, t := range all {
			labels.observeType(to, &o, t)
		}
		if len(c.hooks) > 0 {
			to.ObserveInt64(o.hookPanics, c.hookPanics.Load())
		}
		labels.observePanics(to, &o, &c.panics)
		if c.store != nil {
			stats := c.storeStats()
			labels.observeStore(to, &o, stats)
			sinks.observe(to, stats.Sinks)
			to.ObserveFloat64(o.clock, float64(c.now().UnixMicro())/1e6)
			to.ObserveFloat64(o.start, float64(c.began.UnixMicro())/1e6)
			to.ObserveFloat64(o.delay, c.delay.longest().Seconds())
		}
		return nil
	}, append(sinks.all(), o.accepted, o.recovered, o.stored, o.deduplicated, o.quarantined, o.suppressed, o.lost, o.rejected, o.dropped, o.duplicate, o.sampledOut, o.mistyped, o.violations, o.hookPanics, o.panics, o.errors, o.consumerErrors, o.pending, o.size, o.consumers, o.oldest, o.clock, o.start, o.delay)...)
	return err
}

// unmeasure unregisters the client's metrics, and stops its listening to the store.
func (c *Client) unmeasure() error {
	c.listening()
	err := c.set.Close()
	if c.registration != nil {
		err = errors.Join(err, c.registration.Unregister())
	}
	return err
}

// measureBatches makes the store report its inserts, and the events whose keys are free again.
func (c *Client) measureBatches(meter metric.Meter) error {
	if c.store == nil {
		return nil
	}
	duration, err := ownmetrics.StoreBatchDuration.Histogram(meter)
	if err != nil {
		return err
	}
	size, err := ownmetrics.StoreBatchSize.IntHistogram(meter)
	if err != nil {
		return err
	}
	attempts := c.store.OnInsertAttempt(func(a eventstore.InsertAttempt) {
		ctx := context.Background()
		duration.Record(ctx, a.Duration.Seconds())
		size.Record(ctx, int64(a.Size))
	})
	unstored := c.store.OnUnstored(c.keys.releaseAll)
	c.listening = func() { attempts(); unstored() }
	return nil
}

// labels holds the attribute sets of the own metrics. event_type only takes values that the map declares,
// and other.
type labels struct {
	types       map[string]typeLabels
	earlier     map[string]string // the names of now, by those that events had before
	order       []string          // the keys of types; observed in one order, the same series fit below a provider's limit each time
	zeros       bool              // rejected events are reported before there are any, so that a rate sees the first one
	hooks       bool              // there are hooks that can drop events
	suppressing bool              // there is a list of suppressed users
	steps       [stepCount]metric.MeasurementOption
}

// maxSeries bounds the zeros, below the OpenTelemetry SDK's limit of 2,000 series.
const maxSeries = 1_900

type typeLabels struct {
	plain    metric.MeasurementOption
	dropped  metric.MeasurementOption   // nil without hooks
	rejected []metric.MeasurementOption // by rejection; nil without zeros
}

func newLabels(all []*entry, hooks bool) *labels {
	l := &labels{types: make(map[string]typeLabels, len(all)), earlier: make(map[string]string), zeros: len(all)*int(rejectionCount) <= maxSeries, hooks: hooks}
	for i, name := range stepNames {
		l.steps[i] = metric.WithAttributeSet(attribute.NewSet(attribute.String("step", name)))
	}
	for _, t := range all {
		eventType := attribute.String("event_type", t.name)
		tl := typeLabels{plain: metric.WithAttributeSet(attribute.NewSet(eventType))}
		if l.hooks {
			tl.dropped = metric.WithAttributeSet(attribute.NewSet(eventType, attribute.String("reason", "hook")))
		}
		if l.zeros {
			for i := range rejectionCount {
				tl.rejected = append(tl.rejected, rejectedFor(t, i))
			}
		}
		l.types[t.name] = tl
		if t.recorder != nil {
			for _, old := range t.recorder.Event().RenamedFrom {
				l.earlier[old] = t.name
			}
		}
		l.order = append(l.order, t.name)
	}
	return l
}

// violationLabels are made when there is a violation: most rules of a map never see one.
func violationLabels(t *entry, field string, r eventmap.Rule) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(
		attribute.String("event_type", t.name), attribute.String("field", field), attribute.String("rule", string(r))))
}

func (l *labels) observeType(to metric.Observer, o *ownMetrics, t *entry) {
	tl := l.types[t.name]
	if t.stored {
		to.ObserveInt64(o.accepted, t.accepted.Load(), tl.plain)
	}
	if n := t.duplicate.Load(); n > 0 || t.stored {
		to.ObserveInt64(o.duplicate, n, tl.plain)
	}
	if n := t.sampledOut.Load(); n > 0 { // from the first on: most events are stored whole
		to.ObserveInt64(o.sampledOut, n, tl.plain)
	}
	if l.hooks {
		to.ObserveInt64(o.dropped, t.dropped.Load(), tl.dropped)
	}
	for i := range t.mistyped {
		// From the first on: most fields of a map never are.
		if n := t.mistyped[i].Load(); n > 0 {
			field := strings.Join(t.declared[i].Path, ".")
			to.ObserveInt64(o.mistyped, n, mistypedField(t, field))
			to.ObserveInt64(o.violations, n, violationLabels(t, field, eventmap.TypeRule))
		}
	}
	for i := range t.violated {
		if n := t.violated[i].Load(); n > 0 {
			c := &t.contract.Counters[i]
			to.ObserveInt64(o.violations, n, violationLabels(t, c.Path, c.Rule))
			if c.Rule == eventmap.TypeRule && c.Field.Redact == eventmap.RedactNone {
				to.ObserveInt64(o.mistyped, n, mistypedField(t, c.Path))
			}
		}
	}
	for i := range t.rejected {
		n := t.rejected[i].Load()
		switch {
		case l.zeros && (n > 0 || l.possible(rejection(i), t)):
			to.ObserveInt64(o.rejected, n, tl.rejected[i])
		case n > 0: // few events of many are ever rejected
			to.ObserveInt64(o.rejected, n, rejectedFor(t, rejection(i)))
		}
	}
}

func rejectedFor(t *entry, why rejection) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String("event_type", t.name), attribute.String("reason", rejectionNames[why])))
}

func mistypedField(t *entry, field string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String("event_type", t.name), attribute.String("field", field)))
}

// possible reports whether a reason can occur in normal operation.
func (l *labels) possible(r rejection, t *entry) bool {
	switch r {
	case rejectedUnknown:
		return false
	case rejectedSuppressed:
		return l.suppressing
	case rejectedQuarantineFull:
		return t.quarantines()
	default:
		return true
	}
}

func (l *labels) observePanics(to metric.Observer, o *ownMetrics, panics *[stepCount]atomic.Int64) {
	for i := range panics {
		if n := panics[i].Load(); n > 0 { // from the first on: most services never see one
			to.ObserveInt64(o.panics, n, l.steps[i])
		}
	}
}

func (l *labels) observeStore(to metric.Observer, o *ownMetrics, s eventstore.Stats) {
	to.ObserveInt64(o.recovered, s.Recovered)
	to.ObserveInt64(o.lost, s.Lost)
	to.ObserveInt64(o.pending, s.Pending)
	to.ObserveInt64(o.size, s.JournalBytes)
	to.ObserveFloat64(o.oldest, s.OldestAge.Seconds())
	for _, c := range s.Consumers {
		name := metric.WithAttributes(attribute.String("consumer", c.Name))
		to.ObserveInt64(o.consumers, c.Pending, name)
		to.ObserveInt64(o.consumerErrors, c.Errors, name)
	}
	// The journal may hold events that an earlier map declared: under a name that this map knows, or as other.
	l.observeTypes(to, o.stored, s.Stored)
	l.observeTypes(to, o.deduplicated, s.Deduplicated)
	quarantined := make(map[eventstore.QuarantineKey]int64, len(s.Quarantined))
	for q, n := range s.Quarantined {
		quarantined[eventstore.QuarantineKey{Type: l.name(q.Type), Reason: q.Reason}] += n
	}
	for _, q := range slices.SortedFunc(maps.Keys(quarantined), byTypeAndReason) {
		to.ObserveInt64(o.quarantined, quarantined[q], metric.WithAttributes(
			attribute.String("event_type", q.Type), attribute.String("reason", q.Reason)))
	}
	suppressed := make(map[string]int64, len(s.Suppressed))
	for eventType, n := range s.Suppressed {
		suppressed[l.name(eventType)] += n
	}
	for _, name := range slices.Sorted(maps.Keys(suppressed)) {
		to.ObserveInt64(o.suppressed, suppressed[name], l.types[name].plain)
	}
	for _, kind := range slices.Sorted(maps.Keys(s.Errors)) {
		to.ObserveInt64(o.errors, s.Errors[kind], metric.WithAttributes(attribute.String("kind", kind)))
	}
}

func byTypeAndReason(a, b eventstore.QuarantineKey) int {
	return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Reason, b.Reason))
}

// observeTypes observes a count by type, 0 for the types that it does not have.
func (l *labels) observeTypes(to metric.Observer, counter metric.Int64ObservableCounter, counts map[string]int64) {
	named := make(map[string]int64, len(l.types))
	for eventType, n := range counts {
		named[l.name(eventType)] += n
	}
	for _, name := range l.order {
		to.ObserveInt64(counter, named[name], l.types[name].plain)
	}
}

func (l *labels) name(eventType string) string {
	if _, ok := l.types[eventType]; ok {
		return eventType
	}
	if now, ok := l.earlier[eventType]; ok {
		return now
	}
	return unknownName
}
