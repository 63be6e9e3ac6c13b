// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"sync"
)

// errShutDown is what those get who still wait when the store shuts down.
var errShutDown = fmt.Errorf("%w: the store was shut down", ErrUnconfirmed)

// acks tells who waits for which events to be stored.
type acks struct {
	mu      sync.Mutex
	done    uint64 // every event up to here is stored or quarantined
	waiting map[*wait]struct{}
	failed  []failedEvent // the latest of those that are done and not stored
	closed  bool
}

// wait is one wait for consecutive events.
type wait struct {
	next, last uint64        // those that are not done yet
	err        error         // of the first that was not stored
	done       chan struct{} // closed when err is final
}

// failedEvent is an event that was quarantined or lost.
type failedEvent struct {
	seq uint64
	err error
}

// maxFailed bounds how many of them are remembered, for those who ask later.
const maxFailed = 10_000

func newAcks() *acks {
	return &acks{waiting: make(map[*wait]struct{})}
}

// await returns a wait that ends when each of the events is stored, quarantined or given up. The caller
// holds mu.
func (a *acks) await(first, last uint64) *wait {
	w := &wait{next: first, last: last, done: make(chan struct{})}
	a.advance(w, a.done, a.result)
	if w.next <= w.last && a.closed {
		a.end(w, errShutDown)
	} else if w.next <= w.last {
		a.waiting[w] = struct{}{}
	}
	return w
}

// advance has a wait pass the events up to seq, and ends it behind its last.
func (a *acks) advance(w *wait, seq uint64, outcome func(seq uint64) error) {
	for ; w.next <= min(seq, w.last); w.next++ {
		if err := outcome(w.next); err != nil && w.err == nil {
			w.err = err
		}
	}
	if w.next > w.last {
		a.end(w, w.err)
	}
}

func (a *acks) end(w *wait, err error) {
	delete(a.waiting, w)
	w.err = err
	close(w.done)
}

// shorten ends a wait for events behind last, which were not accepted. The caller holds mu, and has
// awaited more than it gives up.
func (a *acks) shorten(w *wait, last uint64) {
	if w.next <= w.last && last < w.last {
		w.last = last
		if _, ok := a.waiting[w]; ok {
			a.advance(w, 0, nil)
		}
	}
}

// result says what became of an event that is done.
func (a *acks) result(seq uint64) error {
	for i := len(a.failed) - 1; i >= 0; i-- {
		if a.failed[i].seq == seq {
			return a.failed[i].err
		}
	}
	return nil
}

// fail remembers an event that is quarantined, before it is resolved.
func (a *acks) fail(seq uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.remember(seq, err)
}

func (a *acks) remember(seq uint64, err error) {
	if len(a.failed) >= maxFailed {
		a.failed = append(a.failed[:0], a.failed[maxFailed/2:]...)
	}
	a.failed = append(a.failed, failedEvent{seq, err})
}

// forget gives up a wait.
func (a *acks) forget(w *wait) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, w)
}

// resolve marks every event up to seq as dealt with. outcome says what became of one that is waited for.
func (a *acks) resolve(seq uint64, outcome func(seq uint64) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = max(a.done, seq)
	for w := range a.waiting {
		a.advance(w, seq, func(seq uint64) error {
			err := outcome(seq)
			if err != nil && !errors.Is(err, ErrQuarantined) {
				a.remember(seq, err)
			}
			return err
		})
	}
}

// close gives up on everyone who still waits.
func (a *acks) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	for w := range a.waiting {
		a.end(w, errShutDown)
	}
}
