// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Ack is an acknowledgement level: how far an event has come when [Receipt.Wait] returns nil.
type Ack uint8

const (
	// AckWritten: written to the journal file, or in the memory of a store in [Memory]. It survives the process, not a power failure within
	// Config.SyncInterval. Wait returns at once.
	AckWritten Ack = iota
	// AckSynced: the journal is fsynced past it, file and directory. It survives a power failure. A store in Memory refuses it.
	AckSynced
	// AckStored: the sink has stored it, as durably as the sink promises.
	AckStored
)

// ackWords has every level, with the word that configuration has for it.
var ackWords = [...]string{AckWritten: "written", AckSynced: "synced", AckStored: "stored"}

// Acks returns every acknowledgement level, in the order of what they survive.
func Acks() []Ack {
	all := make([]Ack, len(ackWords))
	for i := range all {
		all[i] = Ack(i)
	}
	return all
}

// Valid reports whether the level is one of those that [Acks] returns.
func (a Ack) Valid() bool { return int(a) < len(ackWords) }

// String returns the word that configuration has for the level, such as written.
func (a Ack) String() string {
	if !a.Valid() {
		return fmt.Sprintf("Ack(%d)", uint8(a))
	}
	return ackWords[a]
}

// waitsForSink reports whether Wait waits for the writer. The wait is registered before the event is in the journal, so
// that the writer cannot have delivered it before.
func (a Ack) waitsForSink() bool { return a == AckStored }

// TakesAck returns nil for a level that Append takes. The error says why another is refused: ErrNoDisk for AckSynced of a store in
// [Memory], or that it is not [Ack.Valid].
func (s *Store) TakesAck(ack Ack) error {
	switch {
	case !ack.Valid():
		return unknownAck(ack)
	case ack == AckSynced && s.inMemory():
		return ErrNoDisk
	default:
		return nil
	}
}

// unknownAck is the error for a level that is not Valid.
func unknownAck(a Ack) error {
	return fmt.Errorf("eventstore: unknown acknowledgement level %v; known are %s", a, words.List(words.Of(Acks())))
}

// Receipt stands for an accepted event, or for the accepted events of a batch. The zero Receipt is fulfilled.
type Receipt struct {
	store *Store
	first uint64
	last  uint64
	ack   Ack
	wait  *wait
}

// Wait blocks until the event has come as far as its acknowledgement level asks, or ctx ends. The event
// is accepted in any case: ErrUnconfirmed (with the context's error) says that ctx ended first,
// ErrNotDurable that the disk refused to sync, ErrQuarantined that the sink refused the event for good, ErrSuppressed that its
// user was suppressed before the sink had it, ErrLost that damage on disk made it unreadable before the sink had it, or that a
// store in memory lost it.
// For a batch it waits for each event, and returns what it would have returned for the first of them that
// failed. After ErrUnconfirmed, wait again with a receipt of [Store.Await].
func (r Receipt) Wait(ctx context.Context) error {
	ctx = background.Or(ctx)
	if r.store == nil {
		return nil
	}
	if err := r.store.TakesAck(r.ack); err != nil { // of Await
		return err
	}
	switch {
	case r.ack == AckSynced:
		return r.store.waitSynced(ctx, r.first, r.last)
	case r.ack.waitsForSink():
		select {
		case <-r.wait.done:
			return r.wait.err
		case <-ctx.Done():
			r.store.acks.forget(r.wait)
			return fmt.Errorf("%w: %w", ErrUnconfirmed, ctx.Err())
		}
	default:
		return nil
	}
}

// Seq identifies the event within its journal, for [Store.Await]. The events of a batch follow each other:
// this is the first one's, and that of the event i is Seq()+i.
func (r Receipt) Seq() uint64 { return r.first }
