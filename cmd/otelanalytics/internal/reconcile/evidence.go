// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventstream"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// evidence is what the documents of one life, or of an instance that nobody scraped, say.
type evidence struct {
	evaluators map[string]*evaluation.Evaluator // by map_version
	times      [4]int64                         // when it is read: before and behind the first scrape, before and behind the last
	read       [4]map[key]float64
	buckets    [4]map[bucket]float64
	final      map[key]float64
	spread     map[key]spread // of those that are estimates

	accepted     map[string]float64    // documents by the event_type of the page's own counters
	acceptedRead [4]map[string]float64 // at the times
	old          map[string]float64    // of them, those that a TTL is about to remove
}

// documents evaluates all documents of the range.
type documents struct {
	maps      map[string]*eventmap.Map // by hash
	byDefault *eventmap.Map
	prefix    string
	metrics   map[string]*metric // chosen ones, by their names on the page
	lives     []*life
	cutoff    int64                // what was received before may have been removed by a TTL; 0: there is none
	deleted   float64              // documents that somebody says to have deleted
	unscraped map[string]*evidence // by instance id
	rates     map[string]float64   // by measure: the least part of its events that was stored, of which there are documents

	events, off, otherMaps int64
}

// slack is how far a page's values may be from its clock: documents have milliseconds, and a page is not made at once.
const slack = 250

func (d *documents) newEvidence() *evidence {
	return &evidence{evaluators: map[string]*evaluation.Evaluator{}, accepted: map[string]float64{}, old: map[string]float64{}}
}

// evaluate reads the documents of a span by received_at.
func (d *documents) evaluate(ctx context.Context, s *eventstream.Stream, from, to int64, progress *cli.Progress) error {
	for _, l := range d.lives {
		l.facts = d.newEvidence()
		l.facts.times = [4]int64{l.firstClock - l.delay - slack, l.firstClock + slack, l.lastClock - l.delay - slack, l.lastClock + slack}
	}
	err := s.Each(ctx, from, to, func(doc bson.Raw) error {
		progress.Add(1)
		return d.document(doc)
	})
	if err != nil {
		return err
	}
	for _, l := range d.lives {
		d.finish(l.facts)
	}
	for _, e := range d.unscraped {
		d.finish(e)
	}
	return nil
}

func (d *documents) finish(e *evidence) {
	d.advance(e, 1<<62)
	e.final = d.values(e)
	if d.rates == nil {
		d.rates = map[string]float64{}
	}
	e.spread = d.spreads(e)
}

// advance reads the evidence at the times that are not later than now.
func (d *documents) advance(e *evidence, now int64) {
	for i := range e.times {
		if e.read[i] == nil && e.times[i] <= now {
			e.read[i], e.acceptedRead[i] = d.values(e), maps.Clone(e.accepted)
			e.buckets[i] = d.buckets(e)
		}
	}
}

func (d *documents) document(doc bson.Raw) error {
	event, err := eventdoc.ParseRecorded(doc)
	if err != nil {
		return err
	}
	d.events++
	e := d.of(&event)
	d.advance(e, event.ReceivedAt)
	m, known := d.maps[event.MapVersion]
	if !known {
		m = d.byDefault
		d.otherMaps++
	}
	entry := entryOf(m, event.Type)
	e.accepted[entry]++
	if event.ReceivedAt < d.cutoff {
		e.old[entry]++
	}
	v, ok := e.evaluators[m.Hash()]
	if !ok {
		if v, err = evaluation.New(m); err != nil {
			return err
		}
		e.evaluators[m.Hash()] = v
	}
	if v.Event(&event) != evaluation.Evaluated {
		d.off++
	}
	return nil
}

// of returns the evidence that a document belongs to: that of the last life of its instance that had begun when it was
// accepted. A life of which no start is known has begun always.
func (d *documents) of(event *eventdoc.Recorded) *evidence {
	var found *life
	for _, l := range d.lives {
		begun := l.start <= event.ReceivedAt
		if !l.exact {
			begun = l.start <= event.ReceivedAt+slack
		}
		if l.id == event.InstanceID && begun {
			found = l
		}
	}
	if found != nil {
		return found.facts
	}
	e, ok := d.unscraped[event.InstanceID]
	if !ok {
		e = d.newEvidence()
		d.unscraped[event.InstanceID] = e
	}
	return e
}

// values returns what evidence says now.
func (d *documents) values(e *evidence) map[key]float64 {
	all := map[key]float64{}
	d.each(e, func(of *metric, labels string, s *evaluation.Series) {
		if len(of.measures) == 1 {
			all[key{of.name, labels}] += s.Number()
			return
		}
		all[key{of.measures[0], labels}] += s.Observations()
		all[key{of.measures[1], labels}] += s.Number()
	})
	return all
}

// buckets returns how many observations evidence has now, up to each bound that all maps have.
func (d *documents) buckets(e *evidence) map[bucket]float64 {
	all := map[bucket]float64{}
	d.each(e, func(of *metric, labels string, s *evaluation.Series) {
		count := 0.0
		for i, le := range s.Metric.Bounds {
			count += s.Bucket(i)
			if slices.Contains(of.bounds, le) {
				all[bucket{key{of.measures[0], labels}, le}] += count
			}
		}
	})
	return all
}

// each calls f with each series of the chosen metrics.
func (d *documents) each(e *evidence, f func(of *metric, labels string, s *evaluation.Series)) {
	for _, v := range e.evaluators {
		for _, m := range v.Metrics() {
			chosen, ok := d.metrics[d.prefix+m.Declared.PrometheusName()]
			if !ok {
				continue
			}
			for _, s := range m.Series {
				f(chosen, chosen.labelsOf(func(label string) string {
					for i := range m.Declared.Attributes {
						if m.Declared.Attributes[i].PrometheusLabel() == label {
							return s.Values[i]
						}
					}
					return ""
				}), s)
			}
		}
	}
}
