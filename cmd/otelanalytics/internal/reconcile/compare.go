// SPDX-License-Identifier: Apache-2.0

package reconcile

import "math"

// row is one measure of one series, over all lives.
type row struct {
	Series      string    `json:"series"`
	Documents   float64   `json:"documents"`
	Prometheus  float64   `json:"prometheus"`
	Explained   []because `json:"explained"` // each is what Prometheus has more (less, when negative) than the documents
	Unexplained float64   `json:"unexplained"`
	// StandardError is that of Documents, where a part of the events is stored: it is then an estimate.
	StandardError float64 `json:"standard_error,omitempty"`
	// Where has the processes with an unexplained difference, by their names. What one has too much does not make up for what another
	// one has too little.
	Where map[string]float64 `json:"unexplained_by_process,omitempty"`

	variance float64 // the square of StandardError, not rounded

	off float64 // the sum of the unexplained differences of each life, without signs
}

// because is a part of a difference with its reason.
type because struct {
	Reason    string  `json:"reason"`
	EventType string  `json:"event_type,omitempty"` // of events without documents
	Amount    float64 `json:"amount"`
}

// The reasons, in the order in which they are printed.
const (
	reasonBefore       = "before the first scrape of the range"
	reasonAfter        = "behind the last scrape of the range"
	reasonEnded        = "the process ended behind its last scrape"
	reasonDown         = "the target was down"
	reasonUnscraped    = "no target of this instance was scraped"
	reasonNobody       = "documents without service.instance_id: migrated, or of a service without a resource"
	reasonDeduplicated = "deduplicated: another instance or process stored an event with this key"
	reasonQuarantined  = "quarantined"
	reasonSuppressed   = "the user was suppressed"
	reasonLost         = "lost"
	reasonPending      = "pending in a journal"
	reasonExpired      = "removed by the TTL of the collection"
	reasonDeleted      = "deleted, as --deleted says"
	reasonSampled      = "estimated from a sample: what the estimate may be off"
	reasonOverflow     = "beyond max_series: other, in another order"
	reasonCountedElse  = "put back from quarantine: counted by another run"
	reasonPutBack      = "put back from quarantine: the document is of another run"
	reasonUncounted    = "put back from quarantine: counted by no page"
)

func reasons() []string {
	return []string{
		reasonBefore, reasonAfter, reasonEnded, reasonDown, reasonUnscraped, reasonNobody, reasonDeduplicated, reasonQuarantined,
		reasonSuppressed, reasonLost, reasonPending, reasonExpired, reasonDeleted, reasonSampled, reasonOverflow,
		reasonCountedElse, reasonPutBack, reasonUncounted,
	}
}

func (r *row) explain(reason, eventType string, amount float64) {
	if amount == 0 {
		return
	}
	for i := range r.Explained {
		if e := &r.Explained[i]; e.Reason == reason && e.EventType == eventType {
			e.Amount += amount
			return
		}
	}
	r.Explained = append(r.Explained, because{reason, eventType, amount})
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
	b := newBudget(d)
	var all []*rest
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
			differences[k] = b.sampled(l, k, differences[k], at(k))
		}
		all = append(all, b.settle(l, differences, at))
	}
	b.putBack(all, at)
	for _, r := range all {
		b.finish(r, at)
	}
	for id, e := range d.unscraped {
		reason := reasonUnscraped
		if id == "" {
			reason = reasonNobody
		}
		for k, amount := range e.final {
			r := at(k)
			r.Documents += amount
			r.explain(reason, "", -amount)
		}
	}
	var sorted []*row
	for _, k := range sortedKeys(rows) {
		rows[k].round()
		sorted = append(sorted, rows[k])
	}
	return sorted
}

// round rounds sums of doubles.
func (r *row) round() {
	r.Unexplained = math.Round(r.Unexplained*1e9) / 1e9
	r.off = math.Round(r.off*1e9) / 1e9
	for where, amount := range r.Where {
		r.Where[where] = math.Round(amount*1e9) / 1e9
	}
}

// wrong returns how much is unexplained, without signs.
func (r *row) wrong() float64 { return r.off }

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
	r.explain(reasonBefore, "", -first)
	reason := reasonAfter
	switch {
	case l.down:
		reason = reasonDown
	case l.ended:
		reason = reasonEnded
	}
	r.explain(reason, "", -(outside - first))
	if near(grown, used) {
		return 0
	}
	return grown - used
}
