// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// Each collection of the metrics asks how far the group is behind, for lagTimeout, and for the limits of the log, for limitsTimeout. The
// limits need more answers of the log, and the first may need a connection. Prometheus waits 10 seconds for a page.
const (
	lagTimeout    = time.Second
	limitsTimeout = 3 * time.Second
)

// measured is what metrics are about.
type measured struct {
	store interface {
		Stats() eventstore.Stats
		OnInsertAttempt(f func(eventstore.InsertAttempt)) (stop func())
	}
	types  *types
	source source
	silent *outage // while the source does not tell of the limits of its log
	began  time.Time
}

// register registers the metrics of a service's store under their names, and those about the log.
func (m *measured) register(meter metric.Meter) error {
	var errs []error
	var all []metric.Observable
	counter := func(row *ownmetrics.Metric) metric.Int64ObservableCounter {
		i, err := row.Counter(meter)
		errs, all = append(errs, err), append(all, i)
		return i
	}
	upDown := func(row *ownmetrics.Metric) metric.Int64ObservableUpDownCounter {
		i, err := row.UpDownCounter(meter)
		errs, all = append(errs, err), append(all, i)
		return i
	}
	gauge := func(row *ownmetrics.Metric) metric.Float64ObservableGauge {
		i, err := row.Gauge(meter)
		errs, all = append(errs, err), append(all, i)
		return i
	}
	accepted, recovered := counter(ownmetrics.EventsAccepted), counter(ownmetrics.EventsRecovered)
	stored, deduplicated := counter(ownmetrics.EventsStored), counter(ownmetrics.EventsDeduplicated)
	quarantined, suppressed := counter(ownmetrics.EventsQuarantined), counter(ownmetrics.EventsSuppressed)
	lost, failures, redelivered := counter(ownmetrics.EventsLost), counter(ownmetrics.StoreErrors), counter(ownmetrics.LogRedelivered)
	pending, size := upDown(ownmetrics.JournalPending), upDown(ownmetrics.JournalSize)
	behind, unacknowledged := upDown(ownmetrics.LogPending), upDown(ownmetrics.LogUnacknowledged)
	oldest, clock, start := gauge(ownmetrics.JournalOldestAge), gauge(ownmetrics.Clock), gauge(ownmetrics.Start)
	unread, maxAge, used := gauge(ownmetrics.LogOldestAge), gauge(ownmetrics.LogMaxAge), gauge(ownmetrics.LogUsed)
	up, err := ownmetrics.LogUp.IntGauge(meter)
	errs, all = append(errs, err, m.batches(meter)), append(all, up)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	log := metric.WithAttributes(attribute.String("log", m.source.Source()))
	_, err = meter.RegisterCallback(func(ctx context.Context, to metric.Observer) error {
		s := m.store.Stats()
		types := m.types.all()
		byType(to, accepted, types)
		byType(to, stored, fromZero(types, s.Stored))
		byType(to, deduplicated, fromZero(types, s.Deduplicated))
		byType(to, suppressed, s.Suppressed)
		for q, n := range s.Quarantined {
			to.ObserveInt64(quarantined, n, metric.WithAttributes(attribute.String(ownmetrics.EventTypeLabel, q.Type), attribute.String("reason", q.Reason)))
		}
		for kind, n := range s.Errors {
			to.ObserveInt64(failures, n, metric.WithAttributes(attribute.String("kind", kind)))
		}
		to.ObserveInt64(recovered, s.Recovered)
		to.ObserveInt64(lost, s.Lost)
		to.ObserveInt64(pending, s.Pending)
		to.ObserveInt64(size, s.JournalBytes)
		to.ObserveFloat64(oldest, s.OldestAge.Seconds())
		to.ObserveFloat64(clock, float64(time.Now().UnixMicro())/1e6)
		to.ObserveFloat64(start, float64(m.began.UnixMicro())/1e6)
		to.ObserveInt64(redelivered, m.source.Redelivered(), log)
		ctx, cancel := context.WithTimeout(ctx, limitsTimeout)
		defer cancel()
		told := make(chan limits, 1)
		go func() { told <- m.limits(ctx) }()
		not, without, err := m.lag(ctx)
		if err != nil {
			to.ObserveInt64(up, 0, log)
			return nil
		}
		to.ObserveInt64(up, 1, log)
		to.ObserveInt64(behind, not, log)
		to.ObserveInt64(unacknowledged, without, log)
		r := m.known(<-told)
		if r == nil {
			return nil
		}
		to.ObserveFloat64(unread, r.oldest.Seconds(), log)
		if r.maxAge > 0 {
			to.ObserveFloat64(maxAge, r.maxAge.Seconds(), log)
		}
		for limit, part := range r.all() {
			to.ObserveFloat64(used, part, log, metric.WithAttributes(attribute.String("limit", limit)))
		}
		return nil
	}, all...)
	return err
}

func (m *measured) lag(ctx context.Context) (pending, unacknowledged int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, lagTimeout)
	defer cancel()
	return m.source.Lag(ctx)
}

// limits are what a source reports of its log, and why it does not report all.
type limits struct {
	*retention
	err error
}

func (m *measured) limits(ctx context.Context) limits {
	r, err := m.source.retention(ctx)
	return limits{r, err}
}

// known returns what the log reports; nil: nothing. It logs what is missing.
func (m *measured) known(l limits) *retention {
	if l.err != nil {
		m.silent.note(l.err)
	} else {
		m.silent.over()
	}
	return l.retention
}

// batches has the store report its inserts.
func (m *measured) batches(meter metric.Meter) error {
	duration, err := ownmetrics.StoreBatchDuration.Histogram(meter)
	if err != nil {
		return err
	}
	size, err := ownmetrics.StoreBatchSize.IntHistogram(meter)
	if err != nil {
		return err
	}
	m.store.OnInsertAttempt(func(a eventstore.InsertAttempt) {
		ctx := context.Background()
		duration.Record(ctx, a.Duration.Seconds())
		size.Record(ctx, int64(a.Size))
	})
	return nil
}

// fromZero returns counts in which each of some types has a number.
func fromZero(types, counts map[string]int64) map[string]int64 {
	all := make(map[string]int64, len(types))
	for name := range types {
		all[name] = counts[name]
	}
	maps.Copy(all, counts)
	return all
}

func byType(to metric.Observer, counter metric.Int64ObservableCounter, counts map[string]int64) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		to.ObserveInt64(counter, counts[name], metric.WithAttributes(attribute.String(ownmetrics.EventTypeLabel, name)))
	}
}
