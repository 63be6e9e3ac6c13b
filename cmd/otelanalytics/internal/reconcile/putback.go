// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"maps"
	"math"
	"slices"
)

// returned explains events that were in quarantine for the event map, and were put back. Their documents are of the run that accepted
// them. The metrics of the run that put them back count them: the one has as much too little as the other has too much. What a command
// puts back, or a process that was not scraped, no page counts.
type returned struct {
	budget    *budget
	all       []*rest
	at        func(key) *row
	used      map[cause]float64           // records, by measure and event type
	uncounted map[cause]float64           // of them, those that no page counted
	by        map[*rest]map[cause]float64 // by the run that put them back
}

func (b *budget) putBack(all []*rest, at func(key) *row) {
	p := returned{b, all, at, map[cause]float64{}, map[cause]float64{}, map[*rest]map[cause]float64{}}
	keys := map[key]bool{}
	for _, r := range all {
		p.by[r] = map[cause]float64{}
		for k, left := range r.left {
			if left < 0 && b.metrics[k.measure] != nil && !b.isSum(k.measure) {
				keys[k] = true
			}
		}
	}
	for _, k := range sortedKeys(keys) {
		feeds := b.metrics[k.measure].feeds
		for _, eventType := range slices.Sorted(maps.Keys(feeds)) {
			if f := feeds[eventType]; f.unit != 0 { // else nobody knows what they recorded
				p.explain(k, eventType, f)
			}
		}
	}
}

// explain explains the records of one event type in one series.
func (p *returned) explain(k key, eventType string, f feed) {
	c := cause{k.measure, eventType}
	total := p.total(c, f)
	least := min(total-p.used[c], p.most(k, f, -1, c))
	pairs := min(least, p.most(k, f, 1, c))
	p.take(k, f, 1, c, pairs, reasonPutBack)
	p.take(k, f, -1, c, pairs, reasonCountedElse)
	p.used[c] += pairs
	uncounted := max(0, min(least-pairs, total-p.seen(f)-p.uncounted[c]))
	p.take(k, f, -1, c, uncounted, reasonUncounted)
	p.used[c] += uncounted
	p.uncounted[c] += uncounted
}

// total returns how many records were put back at most: those of the events that pages count as quarantined for the map, less those of
// events that still have no document, which nothing else explains.
func (p *returned) total(c cause, f feed) (n float64) {
	for _, r := range p.all {
		n += r.life.page.violated[c.eventType]*float64(f.records) - max(0, r.life.missing(c.eventType)*float64(f.records)-r.taken[c])
	}
	return max(0, n)
}

// seen returns how many records the pages say to have been put back, of whatever type.
func (p *returned) seen(f feed) (n float64) {
	for _, r := range p.all {
		n += r.life.page.putBack * float64(f.records)
	}
	return n
}

// most returns how many records runs have too much of a series (too few, for a sign below zero). Of what a run has too much, as many can
// have been put back as it has recovered.
func (p *returned) most(k key, f feed, sign float64, c cause) (n float64) {
	for _, r := range p.all {
		n += p.of(r, k, f, sign, c)
	}
	return n
}

func (p *returned) of(r *rest, k key, f feed, sign float64, c cause) float64 {
	if r.left[k]*sign <= 0 || !f.divides(r.left[k]) {
		return 0
	}
	n := math.Abs(math.Round(r.left[k] / f.unit))
	if sign > 0 {
		n = min(n, r.life.page.recovered*float64(f.records)-p.by[r][c])
	}
	return max(0, n)
}

// take explains so many records.
func (p *returned) take(k key, f feed, sign float64, c cause, n float64, reason string) {
	for _, r := range p.all {
		if here := math.Floor(min(n, p.of(r, k, f, sign, c)) + 1e-9); here > 0 {
			r.explained(k, p.at(k), because{reason, c.eventType, sign * here * f.unit})
			n -= here
			if sign > 0 {
				p.by[r][c] += here
			}
		}
	}
}
