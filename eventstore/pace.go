// SPDX-License-Identifier: Apache-2.0

package eventstore

import "time"

// maxWidth is how many deliveries to one sink are under way at most.
const maxWidth = 4

// pace finds out how many deliveries of full batches at a time are worth it. It measures how many events a second the sink
// takes, tries twice as many, and stays with them where that is a quarter faster: more of them help against a sink that is far
// away, and not against one that is busy. After some time it begins again, with one.
type pace struct {
	proved int // how many have shown to be worth it
	tried  int // how many are under way now
	rate   float64
	rest   int // deliveries until the next trial

	// Of the measurement that is under way.
	began  time.Time
	n      int
	events int
}

const (
	worth      = 1.25
	restPeriod = 256
)

// width returns how many deliveries may be under way.
func (p *pace) width() int { return max(p.tried, 1) }

// interrupted says that there was less to deliver than the sink takes, or that a delivery failed: a measurement that is under
// way says nothing.
func (p *pace) interrupted() {
	p.began, p.n, p.events = time.Time{}, 0, 0
	p.tried = max(p.proved, 1)
}

// delivered says that the sink took a full batch, while another one was ready.
func (p *pace) delivered(events int, now time.Time) {
	p.proved, p.tried = max(p.proved, 1), max(p.tried, 1)
	if p.rest > 0 {
		if p.rest--; p.rest == 0 {
			*p = pace{}
		}
		return
	}
	if p.began.IsZero() { // those that were under way with another width
		if p.n++; p.n >= p.tried {
			p.began, p.n = now, 0
		}
		return
	}
	p.n++
	p.events += events
	if p.n <= p.tried {
		return
	}
	rate := float64(p.events) / max(now.Sub(p.began), time.Microsecond).Seconds()
	p.began, p.n, p.events = time.Time{}, 0, 0
	switch {
	case p.tried == 1: // the measure for the others
		p.rate, p.tried = rate, 2
	case rate < worth*p.rate:
		p.tried, p.rest = p.proved, restPeriod
	case p.tried == maxWidth:
		p.proved, p.rest = p.tried, restPeriod
	default:
		p.proved, p.rate, p.tried = p.tried, rate, min(2*p.tried, maxWidth)
	}
}
