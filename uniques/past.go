// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"errors"
	"maps"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// Past computes from documents the numbers that a [Counter] would have reported at past moments. The caller adds the
// documents in the order in which they were stored, and asks for the numbers in between.
//
//	p, err := uniques.NewPast(uniques.FromMap(m))
//	… p.Add(doc, stored)           // each document from p.Reach(moment) on
//	numbers := p.At(moment)        // of what was added so far
//
// Values are hashed with a public key, so that the same documents give the same numbers. No sketch leaves the memory.
// Attributes are bounded as in one process that got the documents in this order.
//
// The memory depends on the tuples and on the windows, not on the documents. Each tuple needs at most 64 KiB for each
// hour of the last nine days, and for each day of the longest window. Up to 4,000 values need a fourth of that. A Past
// is not safe for concurrent use.
type Past struct {
	counts
	hasher  *sketch.Hasher
	longest time.Duration
	hours   map[place]*sketch.Sketch // the last days'
	days    map[place]*sketch.Sketch // each with its hours
	ahead   map[place]*sketch.Sketch // of what is dated ahead
	unions  map[unionOf]*pastUnion
	forgot  time.Time // the day for which buckets were dropped that no window reaches
}

// pastUnion is the union of one tuple's values in a window.
type pastUnion struct {
	from   time.Time // the window's
	sketch *sketch.Sketch
}

// pastKey is the key of a Past's hashes.
const pastKey = "otelanalytics: distinct values of the past"

// NewPast returns a Past without documents. The error lists every mistake in metrics.
func NewPast(metrics []Metric) (*Past, error) {
	metrics, errs := checked(metrics, nil)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	p := &Past{
		counts: newCounts(metrics), hasher: sketch.NewHasher([]byte(pastKey)),
		hours: make(map[place]*sketch.Sketch), days: make(map[place]*sketch.Sketch), ahead: make(map[place]*sketch.Sketch),
		unions: make(map[unionOf]*pastUnion),
	}
	for _, m := range p.metrics {
		p.longest = max(p.longest, m.longest)
	}
	return p, nil
}

// maxAhead is how far an event that counts is dated ahead of the time when it was stored.
const maxAhead = bucket.Day

// Reach returns the start of the documents that a caller has to add for the numbers at a moment and at all later ones.
func (p *Past) Reach(moment time.Time) time.Time {
	return bucket.Reach(p.longest, moment).Add(-maxAhead)
}

// Add counts a document that was stored at a time. One that is dated more than a day ahead of it does not count.
func (p *Past) Add(doc bson.Raw, stored time.Time) {
	for _, v := range p.of(p.hasher, doc, stored) {
		if !v.place.bucket.Start.After(stored.Add(maxAhead)) {
			p.add(v)
		}
	}
}

func (p *Past) add(v counted) {
	at := v.place.bucket
	switch at.Length {
	case bucket.Ahead:
		sketchOf(p.ahead, v.place).Add(v.hash)
		return
	case bucket.Hour:
		sketchOf(p.hours, v.place).Add(v.hash)
	}
	sketchOf(p.days, v.place.in(bucket.Day)).Add(v.hash)
	for _, window := range p.byName[v.place.metric].windows {
		if u := p.unions[unionOf{v.place.metric, v.place.tuple, window}]; u != nil && !at.Start.Before(u.from) {
			u.sketch.Add(v.hash)
		}
	}
}

// in returns the place of a longer bucket that a place is in.
func (p place) in(length time.Duration) place {
	p.bucket = bucket.Of(p.bucket.Start, length)
	return p
}

func sketchOf(all map[place]*sketch.Sketch, p place) *sketch.Sketch {
	s := all[p]
	if s == nil {
		s = sketch.New()
		all[p] = s
	}
	return s
}

// At returns the numbers of all metrics at a moment. A moment must not be earlier than the moment of a previous call.
func (p *Past) At(moment time.Time) []Number {
	p.arrive(moment)
	p.forget(moment)
	tuples := make(map[string]map[string]bool, len(p.metrics))
	for of := range p.days {
		if tuples[of.metric] == nil {
			tuples[of.metric] = make(map[string]bool)
		}
		tuples[of.metric][of.tuple] = true
	}
	var numbers []Number
	for _, m := range p.metrics {
		there := make(map[string]bool)
		for tuple := range tuples[m.Name] {
			for _, name := range m.windows {
				u := p.union(unionOf{m.Name, tuple, name}, bucket.WindowOf(m.Windows[name], moment))
				there[tuple] = there[tuple] || !u.Empty()
			}
		}
		maps.DeleteFunc(there, func(_ string, any bool) bool { return !any })
		numbers = append(numbers, m.numbers(there, func(tuple, window string) *sketch.Sketch {
			if u := p.unions[unionOf{m.Name, tuple, window}]; u != nil {
				return u.sketch
			}
			return nil
		})...)
	}
	return numbers
}

// union returns all values of a tuple in a window.
func (p *Past) union(of unionOf, w bucket.Window) *sketch.Sketch {
	u := p.unions[of]
	if u == nil || !u.from.Equal(w.From()) {
		u = &pastUnion{w.From(), sketch.New()}
		for _, b := range w.Parts() {
			all := p.days
			if b.Length == bucket.Hour {
				all = p.hours
			}
			if s := all[place{of.metric, of.tuple, b}]; s != nil {
				u.sketch.Merge(s)
			}
		}
		p.unions[of] = u
	}
	return u.sketch
}

// arrive adds the values that were dated ahead and whose time has come.
func (p *Past) arrive(moment time.Time) {
	for at, s := range p.ahead {
		if !bucket.WindowOf(p.longest, moment).Has(at.bucket) {
			continue
		}
		delete(p.ahead, at)
		sketchOf(p.hours, at.in(bucket.Hour)).Merge(s)
		sketchOf(p.days, at.in(bucket.Day)).Merge(s)
		for _, window := range p.byName[at.metric].windows {
			delete(p.unions, unionOf{at.metric, at.tuple, window})
		}
	}
}

// forget drops, once a day, the buckets that no window reaches any more.
func (p *Past) forget(moment time.Time) {
	day := bucket.Reach(p.longest, moment)
	if day.Equal(p.forgot) {
		return
	}
	p.forgot = day
	before := func(t time.Time) func(place, *sketch.Sketch) bool {
		return func(at place, _ *sketch.Sketch) bool { return at.bucket.Start.Before(t) }
	}
	clear(p.unions) // also those of tuples that are gone
	maps.DeleteFunc(p.days, before(day))
	maps.DeleteFunc(p.hours, before(bucket.Horizon(moment.Add(-bucket.Day))))
}

// Memory returns the state of the attributes' bounds. Another Past of the same event map that loads it needs only the
// documents from [Past.Reach] on, and returns the same numbers.
func (p *Past) Memory() []instruments.Memory {
	all := make([]instruments.Memory, len(p.mapped))
	for i, r := range p.mapped {
		all[i] = r.counting.Memory()
	}
	return all
}

// Remember loads the memory of another Past of the same event map. Call it before Add. The error is
// [instruments.ErrMemory]. After an error, the Past must not be used.
func (p *Past) Remember(all []instruments.Memory) error {
	if len(all) != len(p.mapped) {
		return instruments.ErrMemory
	}
	for i, r := range p.mapped {
		if err := r.counting.Remember(all[i]); err != nil {
			return err
		}
	}
	return nil
}
