// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"fmt"
	"sync"
)

// errShutDown is what those get who still wait when the store shuts down.
var errShutDown = fmt.Errorf("%w: the store was shut down", ErrUnconfirmed)

// ledger tells which events are done. The journal is one.
type ledger interface {
	// Undone counts the events from first to last that are not done.
	Undone(first, last uint64) uint64
	// FirstLost returns the first of them that is lost.
	FirstLost(first, last uint64) (seq uint64, ok bool)
}

// acks tells who waits for which events to be done: stored, quarantined or lost, whatever is true of those before them.
type acks struct {
	ledger ledger
	hurry  signal // of the writer: somebody waits from now on

	// mu guards everything below. An append that will be waited for holds it, so that its wait is there before its event can
	// be done.
	mu      sync.Mutex
	singles map[uint64][]*wait // for one event
	several map[*wait]struct{} // for more
	failed  []failure          // the latest of those that the sink will never have
	closed  error              // what whoever still waits gets; nil until close
}

// wait is one wait for consecutive events.
type wait struct {
	first, last uint64
	failed      failure       // the first of them that the sink will never have, so far
	ended       bool          // done is closed
	err         error         // of the first that was not stored
	done        chan struct{} // closed when err is final
}

// failure is why the sink will never have an event that was accepted. The zero value is none.
type failure struct {
	seq uint64
	err error // ErrQuarantined, ErrSuppressed or ErrLost
}

// maxFailed bounds how many such events are remembered, for those who ask later.
const maxFailed = 10_000

func newAcks(l ledger) *acks {
	return &acks{ledger: l, hurry: newSignal(), singles: make(map[uint64][]*wait), several: make(map[*wait]struct{})}
}

// await returns a wait that ends when each of the events is done. The caller holds mu.
func (a *acks) await(first, last uint64) *wait {
	w := &wait{first: first, last: last, done: make(chan struct{})}
	for _, f := range a.failed {
		w.note(f)
	}
	if !a.check(w) && a.closed != nil {
		a.end(w, a.closed)
	}
	if w.ended {
		return w
	}
	if first == last {
		a.singles[first] = append(a.singles[first], w)
	} else {
		a.several[w] = struct{}{}
	}
	a.hurry.send()
	return w
}

// awaited reports whether somebody waits.
func (a *acks) awaited() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.singles)+len(a.several) > 0
}

// note remembers that an event failed, if it is one of those that are waited for.
func (w *wait) note(f failure) {
	if f.seq >= w.first && f.seq <= w.last && (w.failed.seq == 0 || f.seq < w.failed.seq) {
		w.failed = f
	}
}

// check ends a wait whose events are done.
func (a *acks) check(w *wait) (ended bool) {
	if w.first <= w.last && a.ledger.Undone(w.first, w.last) > 0 {
		return false
	}
	var err error
	if lost, ok := a.ledger.FirstLost(w.first, w.last); ok && (w.failed.seq == 0 || lost < w.failed.seq) {
		err = ErrLost
	} else {
		err = w.failed.err
	}
	a.end(w, err)
	return true
}

func (a *acks) end(w *wait, err error) {
	a.remove(w)
	w.err, w.ended = err, true
	close(w.done)
}

func (a *acks) remove(w *wait) {
	delete(a.several, w)
	list := a.singles[w.first]
	for i := range list {
		if list[i] == w {
			a.singles[w.first] = append(list[:i:i], list[i+1:]...)
			break
		}
	}
	if len(a.singles[w.first]) == 0 {
		delete(a.singles, w.first)
	}
}

// shorten ends a wait for events behind last, which were not accepted. The caller holds mu, and has
// awaited more than it gives up.
func (a *acks) shorten(w *wait, last uint64) {
	if w.ended || last >= w.last {
		return
	}
	a.remove(w)
	w.last = last
	if w.failed.seq > last {
		w.failed = failure{} // the first of all, and it is not one of these
	}
	if !a.check(w) {
		a.several[w] = struct{}{}
	}
}

// fail remembers why the sink will never have an event, before the event is done.
func (a *acks) fail(seq uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.failed) >= maxFailed {
		a.failed = append(a.failed[:0], a.failed[maxFailed/2:]...)
	}
	f := failure{seq, err}
	a.failed = append(a.failed, f)
	for _, w := range a.singles[seq] {
		w.note(f)
	}
	for w := range a.several {
		w.note(f)
	}
}

// forget gives up a wait.
func (a *acks) forget(w *wait) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.remove(w)
}

// settled ends the waits for events of these spans that are done by now.
func (a *acks) settled(spans []span) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range spans {
		for seq := s.first; seq <= s.last && len(a.singles) > 0; seq++ {
			for _, w := range append([]*wait(nil), a.singles[seq]...) {
				a.check(w)
			}
		}
	}
	for w := range a.several {
		a.check(w)
	}
}

// recheck ends every wait whose events are done by now: damage may have cost any of them.
func (a *acks) recheck() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, w := range a.all() {
		a.check(w)
	}
}

// close gives up on everyone who still waits, for a reason.
func (a *acks) close(why error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = why
	for _, w := range a.all() {
		a.end(w, why)
	}
}

func (a *acks) all() (all []*wait) {
	for _, list := range a.singles {
		all = append(all, list...)
	}
	for w := range a.several {
		all = append(all, w)
	}
	return all
}
