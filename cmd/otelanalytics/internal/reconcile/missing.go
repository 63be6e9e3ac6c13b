// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// own is what the page's own counters say of a life, by event_type where they have it.
type own struct {
	accepted   map[string][]promapi.Sample
	causes     map[cause]float64  // events without a document of their own
	overflowed map[string]float64 // combinations beyond max_series, by the metric's name in the map

	sampledOut map[string]float64 // events that were counted and not stored, by event_type
	violated   map[string]float64 // quarantined for the event map: without a document and without metrics, until they are put back
	recovered  float64            // events from the journal of an earlier run, or put back from quarantine
	putBack    float64            // of them, those since the first scrape: a journal is read before it
}

func newOwn() own {
	return own{accepted: map[string][]promapi.Sample{}, causes: map[cause]float64{}, overflowed: map[string]float64{}, violated: map[string]float64{}, sampledOut: map[string]float64{}}
}

// cause is why accepted events have no document of their own. A counter without event_type has an empty one.
type cause struct{ reason, eventType string }

// causeCounters are the counters of events that were accepted and have no document of their own.
var causeCounters = []struct {
	of     *ownmetrics.Metric
	reason string
}{
	{ownmetrics.EventsDeduplicated, reasonDeduplicated},
	{ownmetrics.EventsQuarantined, reasonQuarantined},
	{ownmetrics.EventsSuppressed, reasonSuppressed},
	{ownmetrics.EventsLost, reasonLost},
	{ownmetrics.JournalPending, reasonPending},
}

// readOwn reads the page's own counters.
func (s *server) readOwn(ctx context.Context, lives []*life) error {
	for _, l := range lives {
		l.page = newOwn()
	}
	each := func(of *ownmetrics.Metric, f func(*life, promapi.Series)) error {
		all, err := s.raw(ctx, s.prefix+of.PrometheusName())
		for _, series := range all {
			for _, l := range lives {
				if targetOf(series.Labels) == (target{l.job, l.instance}) {
					f(l, series)
				}
			}
		}
		return err
	}
	for _, c := range causeCounters {
		err := each(c.of, func(l *life, series promapi.Series) {
			if series.Labels["reason"] == ownmetrics.ReasonEventMap {
				l.page.violated[series.Labels[ownmetrics.EventTypeLabel]] += l.grown(series.Samples)
				return // the metrics of the map do not have them either
			}
			why := cause{c.reason, series.Labels[ownmetrics.EventTypeLabel]}
			if c.of == ownmetrics.JournalPending { // a gauge
				if last, ok := at(series.Samples, l.last); ok && last.At == l.last && !l.followed {
					l.page.causes[why] += last.Value
				}
				return
			}
			l.page.causes[why] += l.grown(series.Samples)
		})
		if err != nil {
			return err
		}
	}
	err := each(ownmetrics.EventsRecovered, func(l *life, series promapi.Series) {
		l.page.recovered += l.grown(series.Samples)
		seen := *l
		seen.fresh = false
		l.page.putBack += seen.grown(series.Samples)
	})
	if err != nil {
		return err
	}
	err = each(ownmetrics.AttributesOverflow, func(l *life, series promapi.Series) {
		if series.Labels["attribute"] == "*" {
			l.page.overflowed[series.Labels["metric"]] += l.grown(series.Samples)
		}
	})
	if err != nil {
		return err
	}
	err = each(ownmetrics.EventsSampledOut, func(l *life, series promapi.Series) {
		l.page.sampledOut[series.Labels[ownmetrics.EventTypeLabel]] += l.grown(series.Samples)
	})
	if err != nil {
		return err
	}
	return each(ownmetrics.EventsAccepted, func(l *life, series promapi.Series) {
		l.page.accepted[series.Labels[ownmetrics.EventTypeLabel]] = series.Samples
	})
}

// missing returns how many events of a type a life has accepted, of which no document is there: at most, where a scrape falls
// between two of them.
func (l *life) missing(eventType string) float64 {
	least := l.facts.acceptedRead[2][eventType]
	if !l.fresh {
		least -= l.facts.acceptedRead[1][eventType]
	}
	return max(0, l.grown(l.page.accepted[eventType])-least)
}

// expired returns how many documents of a type a TTL has removed: of the events that were accepted until the cutoff, those that
// have none.
func (l *life) expired(eventType string, cutoff int64) float64 {
	if cutoff <= l.firstClock {
		return 0
	}
	samples := l.page.accepted[eventType]
	end := l.first
	for _, x := range samples { // the first scrape behind the cutoff has all that were accepted before
		if end = x.At; x.At >= cutoff {
			break
		}
	}
	there := l.facts.old[eventType]
	if !l.fresh {
		there -= min(there, l.facts.acceptedRead[0][eventType])
	}
	return max(0, l.grownUntil(samples, min(end, l.last))-there)
}
