// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"math"
	"slices"
	"strings"
)

// row is one measure of one series, over all lives.
type row struct {
	Series      string    `json:"series"`
	Documents   float64   `json:"documents"`
	Prometheus  float64   `json:"prometheus"`
	Explained   []because `json:"explained"` // each is what Prometheus has more (less, when negative) than the documents
	Unexplained float64   `json:"unexplained"`
	Where       []string  `json:"where,omitempty"` // the processes with an unexplained difference
}

// because is a part of a difference with its reason.
type because struct {
	Reason string  `json:"reason"`
	Amount float64 `json:"amount"`
}

// The reasons.
const (
	reasonBefore    = "before the first scrape of the range"
	reasonAfter     = "behind the last scrape of the range"
	reasonEnded     = "the process ended behind its last scrape"
	reasonDown      = "the target was down"
	reasonUnscraped = "no target of this instance was scraped"
	reasonNoFile    = "accepted, without a document: pending, quarantined, lost, deduplicated or suppressed"
	reasonOverflow  = "beyond max_series: other, in another order"
)

func (r *row) explain(reason string, amount float64) {
	if amount == 0 {
		return
	}
	for i := range r.Explained {
		if r.Explained[i].Reason == reason {
			r.Explained[i].Amount += amount
			return
		}
	}
	r.Explained = append(r.Explained, because{reason, amount})
}

// compare makes the rows of all lives.
func compare(d *documents) []*row {
	rows := map[key]*row{}
	at := func(k key) *row {
		r, ok := rows[k]
		if !ok {
			name := k.measure
			if k.labels != "" {
				name += "{" + k.labels + "}"
			}
			r = &row{Series: name, Explained: []because{}}
			rows[k] = r
		}
		return r
	}
	for _, l := range d.lives {
		keys := map[key]bool{}
		for k := range l.growth {
			keys[k] = true
		}
		for k := range l.facts.final {
			keys[k] = true
		}
		differences := map[key]float64{}
		for k := range keys {
			differences[k] = l.compare(k, at(k))
		}
		l.settle(differences, at)
	}
	for _, e := range d.unscraped {
		for k, amount := range e.final {
			r := at(k)
			r.Documents += amount
			r.explain(reasonUnscraped, -amount)
		}
	}
	var all []*row
	for _, k := range sortedKeys(rows) {
		all = append(all, rows[k])
	}
	return all
}

// near forgives the rounding of sums of doubles.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

// compare adds a life to a row, and returns what Prometheus has too much (too little, when negative).
func (l *life) compare(k key, r *row) float64 {
	total, grown := l.facts.final[k], l.growth[k]
	r.Documents += total
	r.Prometheus += grown
	// The documents between the two scrapes are at least, and at most:
	least, most := l.facts.read[2][k], l.facts.read[3][k]
	before := 0.0
	if !l.fresh {
		before = l.facts.read[0][k]
		least -= l.facts.read[1][k]
		most -= before
	}
	if least > most { // values below zero in a sum
		least, most = most, least
	}
	used := min(max(grown, least), most)
	outside := total - used
	first := min(before, outside)
	r.explain(reasonBefore, -first)
	reason := reasonAfter
	switch {
	case l.down:
		reason = reasonDown
	case l.ended:
		reason = reasonEnded
	}
	r.explain(reason, -(outside - first))
	if near(grown, used) {
		return 0
	}
	return grown - used
}

// settle explains what is left of a life's differences as far as its page's own counters do, to the unit.
func (l *life) settle(differences map[key]float64, at func(key) *row) {
	sums := map[string]float64{}
	for k, amount := range differences {
		sums[k.measure] += amount
	}
	budget := map[string]float64{} // what the counters have left, by measure: an event is one observation of a metric at most
	for _, k := range sortedKeys(differences) {
		amount := differences[k]
		if amount == 0 {
			continue
		}
		r := at(k)
		if near(sums[k.measure], 0) && overflows(differences, k.measure) {
			r.explain(reasonOverflow, amount)
			continue
		}
		if _, begun := budget[k.measure]; !begun {
			budget[k.measure] = l.lost
		}
		count := key{strings.TrimSuffix(k.measure, "_sum") + "_count", k.labels}
		switch {
		case amount < 0 || l.lost == 0:
		case strings.HasSuffix(k.measure, "_sum"): // as far as the count beside it is explained
			if n := differences[count]; n > 0 && n <= l.lost {
				r.explain(reasonNoFile, amount)
				amount = 0
			}
		case near(amount, math.Round(amount)):
			explained := min(amount, budget[k.measure])
			budget[k.measure] -= explained
			r.explain(reasonNoFile, explained)
			amount -= explained
		}
		r.Unexplained += amount
		if amount != 0 {
			where := l.job + " " + l.instance
			if !slices.Contains(r.Where, where) {
				r.Where = append(r.Where, where)
			}
		}
	}
}

// overflows reports whether a series of a measure in which every value is other has more than its documents.
func overflows(differences map[key]float64, measure string) bool {
	for k, amount := range differences {
		if k.measure == measure && amount > 0 && strings.Contains(k.labels, `="other"`) {
			return true
		}
	}
	return false
}
