// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"sync"
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
// refused.
type keyEntry struct {
	settled  chan struct{}
	seq      uint64
	accepted bool
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
			e = &keyEntry{settled: make(chan struct{})}
			w.seen[id] = e
			w.mu.Unlock()
			return e, true, nil
		}
		w.mu.Unlock()
		if err := e.wait(ctx); err != nil {
			return nil, false, err
		}
		if e.accepted {
			return e, false, nil
		}
		// The other call's event was refused: this one may try.
	}
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

// settle tells those who wait, and forgets a key whose event was refused, or the oldest one of more than
// size.
func (w *keyWindow) settle(id [16]byte, e *keyEntry, seq uint64, accepted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.seq, e.accepted = seq, accepted
	close(e.settled)
	switch {
	case !accepted || w.size == 0:
		delete(w.seen, id)
	case len(w.ring) < w.size:
		w.ring = append(w.ring, id)
	default:
		delete(w.seen, w.ring[w.next])
		w.ring[w.next] = id
		w.next = (w.next + 1) % w.size
	}
}
