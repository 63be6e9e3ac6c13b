// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"math"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// bucket is what a histogram counts up to a bound: the key of its count, and the bound.
type bucket struct {
	count key
	le    float64
}

// interval is the numbers from least to most.
type interval struct{ least, most float64 }

// nothing has no number.
func nothing() interval { return interval{math.Inf(1), math.Inf(-1)} }

// notNegative has what a histogram takes.
func notNegative() interval { return interval{0, math.Inf(1)} }

// with returns the smallest interval that has both.
func (i interval) with(j interval) interval {
	return interval{min(i.least, j.least), max(i.most, j.most)}
}

// within returns the part of an interval that is in another one; the interval itself, where that is empty.
func (i interval) within(j interval) interval {
	if both := (interval{max(i.least, j.least), min(i.most, j.most)}); both.least <= both.most {
		return both
	}
	return i
}

// clamp returns the number of the interval that is next to x.
func (i interval) clamp(x float64) float64 { return min(max(x, i.least), i.most) }

// add adds n numbers of another interval, or takes them away when n is negative, and exchanges so many for others of it.
func (i *interval) add(of interval, n, exchanged float64) {
	if n != 0 {
		a, b := n*of.least, n*of.most
		i.least, i.most = i.least+min(a, b), i.most+max(a, b)
	}
	if exchanged != 0 && of.least != of.most {
		i.least, i.most = i.least-exchanged*(of.most-of.least), i.most+exchanged*(of.most-of.least)
	}
}

// observe notes what the events of an entry of the map observe.
func (x *metric) observe(declared *eventmap.Metric, records []eventmap.Record, e *eventmap.Event) {
	for i := range records {
		if records[i].Metric.Name == declared.Name {
			x.values = x.values.with(observed(&records[i].Value, e))
		}
	}
}

// observed returns what a value can be: the map says it of a constant, and of a field with rules that every recorded event keeps to.
func observed(v *eventmap.Value, e *eventmap.Event) interval {
	switch {
	case v.Expression != nil:
		return notNegative()
	case v.Path == nil:
		return interval{v.Constant, v.Constant}
	case e == nil || e.OnViolation == eventmap.CountViolations:
		return notNegative()
	}
	i := notNegative()
	for _, f := range e.Data {
		if !slices.Equal(f.Path, v.Path) {
			continue
		}
		if f.Rules.Min != nil {
			i.least = max(i.least, *f.Rules.Min)
		}
		if f.Rules.Max != nil {
			i.most = *f.Rules.Max
		}
	}
	return i
}

// outside returns by how much the sum of a histogram is off what the observations can add up to of which its count has more than the
// documents (fewer, when negative). Buckets say between which bounds they are, where Prometheus has some with the bounds of the map.
//
// The page is compared with the most that documents can have, or the least, when it has fewer. Documents that may be on either side of a
// scrape, as many as width says, can be exchanged for others of their bucket.
func (l *life) outside(m *metric, count, sum key, more float64) float64 {
	total, below := interval{}, observations{}
	bound := 0.0
	add := func(le float64, up observations) {
		n := up.grown - below.grown - (up.most - below.most)
		width := up.most - below.most - (up.least - below.least)
		if more < 0 {
			n += width
		}
		total.add(interval{bound, le}.within(m.values), n, width)
		bound, below = le, up
	}
	for _, le := range m.bounds {
		b := bucket{count, le}
		if grown, ok := l.buckets[b]; ok {
			add(le, l.observed(grown, func(i int) float64 { return l.facts.buckets[i][b] }))
		}
	}
	of := func(k key) observations {
		return l.observed(l.growth[k], func(i int) float64 { return l.facts.read[i][k] })
	}
	add(math.Inf(1), of(count))
	sums := of(sum)
	difference := sums.grown - sums.most
	if more < 0 {
		difference = sums.grown - sums.least
	}
	if within := total.clamp(difference); !near(within+sums.grown, difference+sums.grown) {
		return difference - within
	}
	return 0
}

// observations is what Prometheus has between two scrapes, and what documents have, at least and at most.
type observations struct{ grown, least, most float64 }

func (l *life) observed(grown float64, read func(i int) float64) observations {
	o := observations{grown, read(2), read(3)}
	if !l.fresh {
		o.least, o.most = o.least-read(1), o.most-read(0)
	}
	return o
}
