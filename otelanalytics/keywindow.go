// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// keyWindow remembers the latest idempotency keys, by the ids made of them.
type keyWindow struct {
	mu   sync.Mutex // guards everything below
	seen map[[16]byte]*keyEntry
	ring [][16]byte // in the order of their coming; full when it has size entries
	size int
	next int // where the ring is overwritten
}

// keyEntry is one key. settled is closed when its event was accepted, with its sequence number, or was
// refused. The mutex of the window guards the rest.
type keyEntry struct {
	settled  chan struct{}
	seq      uint64 // until it is settled: of an event with this id that was not stored
	at       int32  // in the ring; -1: not there
	accepted bool
	released bool // the event was accepted and will never be stored
	heir     *heir
}

// heir is an event that is already in the journal, and whose key another call holds. It gets the key if that call's
// event is refused.
type heir struct {
	seq  uint64
	take func() // is called then, once
}

func newKeyWindow(size int) *keyWindow {
	return &keyWindow{seen: make(map[[16]byte]*keyEntry), size: size}
}

// claim returns a new entry that the caller must settle, or one of an accepted event. It waits while
// another call tracks the same key, until ctx ends.
func (w *keyWindow) claim(ctx context.Context, id [16]byte) (e *keyEntry, mine bool, err error) {
	for {
		w.mu.Lock()
		e, ok := w.seen[id]
		if !ok {
			e = &keyEntry{settled: make(chan struct{}), at: -1}
			w.seen[id] = e
			w.mu.Unlock()
			return e, true, nil
		}
		w.mu.Unlock()
		if err := e.wait(ctx); err != nil {
			return nil, false, err
		}
		if w.holds(e) {
			return e, false, nil
		}
		// The other call's event was refused, or will never be stored: this one may try.
	}
}

// holds reports whether a settled key belongs to an accepted event.
func (w *keyWindow) holds(e *keyEntry) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return e.accepted && !e.released
}

// wait returns when the entry is settled. One that is settled already wins over a context that has ended.
func (e *keyEntry) wait(ctx context.Context) error {
	select {
	case <-e.settled:
		return nil
	default:
	}
	select {
	case <-e.settled:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inherit leaves a key that another call holds to an event that is in the journal. The first event that asks gets it.
// inherit reports false when no call holds the key.
func (w *keyWindow) inherit(id [16]byte, h *heir) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, ok := w.seen[id]
	if !ok {
		return false
	}
	select {
	case <-e.settled:
		return false
	default:
	}
	if e.heir == nil {
		e.heir = h
	}
	return true
}

// settle wakes the calls that wait. It forgets a key whose event was refused, and the oldest key when there are more
// than size.
func (w *keyWindow) settle(id [16]byte, e *keyEntry, seq uint64, accepted bool) {
	if h := w.settleLocked(id, e, seq, accepted); h != nil {
		h.take()
	}
}

// settleLocked does what settle does, except for the action of the heir, which it returns if there is one.
func (w *keyWindow) settleLocked(id [16]byte, e *keyEntry, seq uint64, accepted bool) (h *heir) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.heir != nil && !accepted {
		h = e.heir
		seq, accepted = h.seq, h.seq != 0
	}
	e.released = accepted && e.seq != 0 && e.seq == seq
	e.seq, e.accepted = seq, accepted
	close(e.settled)
	switch {
	case !accepted || e.released || w.size == 0:
		delete(w.seen, id)
	case len(w.ring) < w.size:
		e.at = int32(len(w.ring))
		w.ring = append(w.ring, id)
	default:
		delete(w.seen, w.ring[w.next])
		w.ring[w.next], e.at = id, int32(w.next)
		w.next = (w.next + 1) % w.size
	}
	return h
}

// releaseAll frees the keys of events that will never be stored.
func (w *keyWindow) releaseAll(events []eventstore.Unstored) {
	for _, e := range events {
		w.release(e.ID, e.Seq)
	}
}

// release frees the key of an accepted event that will never be stored. The key of another event with the same id stays.
func (w *keyWindow) release(id [16]byte, seq uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, ok := w.seen[id]
	switch {
	case !ok:
	case !e.accepted: // not settled yet
		e.seq = max(e.seq, seq)
	case e.seq == seq:
		e.released = true
		delete(w.seen, id)
		w.ring[e.at] = [16]byte{} // no id of a key
	}
}
