// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Ack is an acknowledgement level: how far an event has come when [Receipt.Wait] returns nil.
type Ack uint8

const (
	// AckWritten: written to the journal file. It survives the process, not a power failure within
	// Config.SyncInterval. Wait returns at once.
	AckWritten Ack = iota
	// AckSynced: the journal is fsynced past it, file and directory. It survives a power failure.
	AckSynced
	// AckStored: MongoDB acknowledged it with the write concern of the connection string.
	AckStored
)

func (a Ack) String() string {
	switch a {
	case AckWritten:
		return "written"
	case AckSynced:
		return "synced"
	case AckStored:
		return "stored"
	default:
		return fmt.Sprintf("Ack(%d)", uint8(a))
	}
}

// Receipt stands for an accepted event. The zero Receipt is fulfilled.
type Receipt struct {
	store  *Store
	seq    uint64
	ack    Ack
	stored <-chan error
}

// Wait blocks until the event has come as far as its acknowledgement level asks, or ctx ends. The event
// is accepted in any case: ErrUnconfirmed (with the context's error) says that ctx ended first,
// ErrNotDurable that the disk refused to sync, ErrQuarantined that MongoDB refused the document for good.
func (r Receipt) Wait(ctx context.Context) error {
	switch {
	case r.store == nil:
		return nil
	case r.ack == AckSynced:
		return r.store.waitSynced(ctx, r.seq)
	case r.ack == AckStored:
		select {
		case err := <-r.stored:
			return err
		case <-ctx.Done():
			r.store.acks.forget(r.seq, r.stored)
			return fmt.Errorf("%w: %w", ErrUnconfirmed, ctx.Err())
		}
	default:
		return nil
	}
}

// Seq identifies the event within its journal, for [Store.Await].
func (r Receipt) Seq() uint64 { return r.seq }

// errShutDown is what those get who still wait when the store shuts down.
var errShutDown = fmt.Errorf("%w: the store was shut down", ErrUnconfirmed)

// acks tells who waits for which event to be stored.
type acks struct {
	mu      sync.Mutex
	done    uint64 // every event up to here is stored or quarantined
	waiting map[uint64][]chan error
	failed  []failedEvent // the latest of those that are done and not stored
	closed  bool
}

// failedEvent is an event that was quarantined or lost.
type failedEvent struct {
	seq uint64
	err error
}

// maxFailed bounds how many of them are remembered, for those who ask later.
const maxFailed = 10_000

func newAcks() *acks {
	return &acks{waiting: make(map[uint64][]chan error)}
}

// await returns a channel that gets one value when the event is stored, quarantined or given up. The
// caller holds mu.
func (a *acks) await(seq uint64) <-chan error {
	c := make(chan error, 1)
	switch {
	case seq <= a.done:
		c <- a.result(seq)
	case a.closed:
		c <- errShutDown
	default:
		a.waiting[seq] = append(a.waiting[seq], c)
	}
	return c
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
func (a *acks) forget(seq uint64, c <-chan error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := slices.DeleteFunc(a.waiting[seq], func(w chan error) bool { return w == c })
	if len(left) == 0 {
		delete(a.waiting, seq)
	} else {
		a.waiting[seq] = left
	}
}

// resolve marks every event up to seq as dealt with. outcome says what became of one that is waited for.
func (a *acks) resolve(seq uint64, outcome func(seq uint64) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = max(a.done, seq)
	for s, waiters := range a.waiting {
		if s > seq {
			continue
		}
		err := outcome(s)
		if err != nil && !errors.Is(err, ErrQuarantined) {
			a.remember(s, err)
		}
		for _, c := range waiters {
			c <- err
		}
		delete(a.waiting, s)
	}
}

// close gives up on everyone who still waits.
func (a *acks) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	for s, waiters := range a.waiting {
		for _, c := range waiters {
			c <- errShutDown
		}
		delete(a.waiting, s)
	}
}
