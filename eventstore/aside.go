// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"math/rand/v2"
	"slices"
	"time"
)

// why says what an event waits for that is set aside.
type why uint8

const (
	// suspect: the sink answered and did not take the event, for a reason that is not known to be the event's.
	suspect why = iota
	// unplaced: the sink will never take the event, and the quarantine file cannot be written.
	unplaced
	// unlucky: the sink takes others, and says about this one that it is out.
	unlucky
)

// aside is events that are tried again later, while others pass them. They are in memory of their own.
type aside struct {
	events []*pending
	bytes  int
	next   time.Time // when the first of them is due
}

const (
	// asideEvents and asideBytes bound what is set aside. Beyond them, nothing more is read from the journal, and suspects are
	// tried again without a pause.
	asideEvents = 16 << 10
	asideBytes  = 16 << 20
	// suspectPause bounds the pause before each of the first maxAttempts of a suspect: what a sink that takes others refuses for
	// a reason of its own is decided within 5 s.
	suspectPause = 500 * time.Millisecond
)

func (a *aside) isFull() bool { return len(a.events) >= asideEvents || a.bytes >= asideBytes }

// has reports whether an event waits for such a reason.
func (a *aside) has(reason why) bool {
	return slices.ContainsFunc(a.events, func(e *pending) bool { return e.why == reason })
}

// add sets an event aside until a pause is over, which grows each time.
func (a *aside) add(e *pending, now time.Time) {
	e.tries++
	bound := time.Duration(backoffMax)
	if e.why == suspect && e.tries < maxAttempts {
		bound = suspectPause
	}
	e.due = now.Add(pauseWithin(e.tries, bound))
	a.events = append(a.events, e)
	a.bytes += len(e.Document)
	if a.next.IsZero() || e.due.Before(a.next) {
		a.next = e.due
	}
}

// take takes the events that are due out, up to n, of the kind that the first of them is of; one that is to be alone, alone.
func (a *aside) take(now time.Time, n int) (due []*pending) {
	if len(a.events) == 0 || !a.isFull() && now.Before(a.next) {
		return nil
	}
	hurry := a.isFull()
	kept := a.events[:0]
	a.next, a.bytes = time.Time{}, 0
	for _, e := range a.events {
		ready := hurry && e.why == suspect || !now.Before(e.due)
		fits := len(due) == 0 || len(due) < n && e.why == due[0].why && !e.alone && !due[0].alone
		if ready && fits {
			due = append(due, e)
			continue
		}
		kept = append(kept, e)
		a.bytes += len(e.Document)
		if a.next.IsZero() || e.due.Before(a.next) {
			a.next = e.due
		}
	}
	clear(a.events[len(kept):])
	a.events = kept
	return due
}

// pause returns how long the attempt n waits: a random part, at least half, of a bound that doubles from 100 ms to 5 s, so
// that many processes do not come back at once.
func pause(n int) time.Duration { return pauseWithin(n, backoffMax) }

// pauseWithin is pause with another bound than 5 s.
func pauseWithin(n int, most time.Duration) time.Duration {
	bound := min(backoffMin<<min(max(n-1, 0), 10), most)
	return bound/2 + rand.N(bound/2+1)
}
