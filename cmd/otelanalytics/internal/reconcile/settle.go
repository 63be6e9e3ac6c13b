// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// budget is what the causes of missing documents have left to explain, over all lives: an event that one life has accepted is
// quarantined by the next one, which finds it in the journal.
type budget struct {
	documents *documents
	all       map[cause]float64            // events
	left      map[string]map[cause]float64 // records, by measure: an event counts in each metric that it records into
	metrics   map[string]*metric           // by measure
}

func newBudget(d *documents) *budget {
	b := &budget{documents: d, all: map[cause]float64{}, left: map[string]map[cause]float64{}, metrics: map[string]*metric{}}
	for _, m := range d.metrics {
		for _, measure := range m.measures {
			b.metrics[measure] = m
		}
	}
	for _, l := range d.lives {
		for c, n := range l.page.causes {
			b.all[c] += n
		}
	}
	if d.deleted > 0 {
		b.all[cause{reasonDeleted, ""}] = d.deleted
	}
	return b
}

// of returns what a cause has left for a measure.
func (b *budget) of(measure string, c cause) float64 {
	if b.left[measure] == nil {
		b.left[measure] = map[cause]float64{}
	}
	if _, begun := b.left[measure][c]; !begun {
		most := 1
		for eventType, f := range b.metrics[measure].feeds {
			if c.eventType == "" || c.eventType == eventType {
				most = max(most, f.records)
			}
		}
		b.left[measure][c] = b.all[c] * float64(most)
	}
	return b.left[measure][c]
}

// rest is what is left of a life's differences.
type rest struct {
	life        *life
	differences map[key]float64
	left        map[key]float64
	taken       map[cause]float64 // records of events without a document that were explained, by measure and event type
	why         map[key]because   // the latest explanation
}

// settle explains a life's differences, to the unit: other beyond max_series, and events without documents.
func (b *budget) settle(l *life, differences map[key]float64, at func(key) *row) *rest {
	r := &rest{l, differences, maps.Clone(differences), map[cause]float64{}, map[key]because{}}
	b.overflow(l, r.left, at)
	for _, k := range sortedKeys(r.left) {
		if !b.isSum(k.measure) {
			b.explain(r, k, at(k))
		}
	}
	return r
}

// explained notes a part of a difference with its reason.
func (r *rest) explained(k key, of *row, why because) {
	of.explain(why.Reason, why.EventType, why.Amount)
	r.why[k] = why
	if r.left[k] -= why.Amount; near(r.left[k]+r.differences[k], r.differences[k]) {
		r.left[k] = 0
	}
}

// finish explains the sums of histograms as far as the counts beside them are, within what so many observations add up to. What it does
// not explain is unexplained.
func (b *budget) finish(r *rest, at func(key) *row) {
	for _, k := range sortedKeys(r.left) {
		count := key{strings.TrimSuffix(k.measure, "_sum") + "_count", k.labels}
		if why, ok := r.why[count]; ok && b.isSum(k.measure) && r.left[count] == 0 && r.left[k] == r.differences[k] {
			if amount := r.left[k] - r.life.outside(b.metrics[k.measure], count, k, r.differences[count]); amount != 0 {
				r.explained(k, at(k), because{why.Reason, why.EventType, amount})
			}
		}
		if r.left[k] == 0 {
			continue
		}
		of := at(k)
		of.Unexplained += r.left[k]
		if of.Where == nil {
			of.Where = map[string]float64{}
		}
		of.Where[r.life.name()] += r.left[k]
		of.off += math.Abs(r.left[k])
	}
}

// isSum reports whether a measure is the sum of a histogram.
func (b *budget) isSum(measure string) bool {
	m, ok := b.metrics[measure]
	return ok && len(m.measures) == 2 && m.measures[1] == measure
}

// overflow explains differences that add up to nothing, as far as the page counts combinations beyond max_series: they are in
// series with other, and which of them are depends on their order.
func (b *budget) overflow(l *life, left map[key]float64, at func(key) *row) {
	sums, moved, others := map[string]float64{}, map[string]float64{}, map[string]bool{}
	for k, amount := range left {
		sums[k.measure] += amount
		moved[k.measure] += max(amount, 0)
		others[k.measure] = others[k.measure] || amount > 0 && strings.Contains(k.labels, `="other"`)
	}
	for _, k := range sortedKeys(left) {
		m := b.metrics[k.measure]
		if left[k] == 0 || m == nil || !others[k.measure] || !near(sums[k.measure], 0) || l.page.overflowed[m.declared] == 0 {
			continue
		}
		counted := m.measures[0]
		if moved[counted] > l.page.overflowed[m.declared]*m.most() {
			continue
		}
		at(k).explain(reasonOverflow, "", left[k])
		left[k] = 0
	}
}

// most returns the most that one event adds to a counter, where the map says it; else it is without a bound.
func (m *metric) most() float64 {
	most := 1.0
	for _, f := range m.feeds {
		if f.unit == 0 {
			return math.Inf(1)
		}
		most = max(most, f.unit)
	}
	return most
}

// explain explains what Prometheus has more in a series by events without documents.
func (b *budget) explain(r *rest, k key, of *row) {
	m, l := b.metrics[k.measure], r.life
	if m == nil || r.left[k] <= 0 {
		return
	}
	for _, eventType := range slices.Sorted(maps.Keys(m.feeds)) {
		f := m.feeds[eventType]
		if !f.divides(r.left[k]) {
			continue
		}
		used := cause{k.measure, eventType}
		expired := cause{reasonExpired + k.measure, eventType}
		take := func(reason string, most float64) float64 {
			want := math.Round(r.left[k] / f.unit)
			n := math.Floor(min(want, l.missing(eventType)*float64(f.records)-r.taken[used], most) + 1e-9)
			if n <= 0 {
				return 0
			}
			r.taken[used] += n
			r.explained(k, of, because{reason, eventType, n * f.unit})
			return n
		}
		for _, c := range causeCounters {
			for _, why := range []cause{{c.reason, eventType}, {c.reason, ""}} {
				n := take(why.reason, b.of(k.measure, why))
				b.left[k.measure][why] -= n
			}
		}
		r.taken[expired] += take(reasonExpired, l.expired(eventType, b.documents.cutoff)*float64(f.records)-r.taken[expired])
		why := cause{reasonDeleted, ""}
		n := take(why.reason, b.of(k.measure, why))
		b.left[k.measure][why] -= n
	}
}

// divides reports whether a difference can be that of events: the map says what each adds, and it is a whole number of them.
func (f feed) divides(amount float64) bool {
	return f.unit != 0 && near(amount/f.unit, math.Round(amount/f.unit))
}

func sortedKeys[V any](m map[key]V) []key {
	return slices.SortedFunc(maps.Keys(m), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.measure, b.measure), cmp.Compare(a.labels, b.labels))
	})
}
