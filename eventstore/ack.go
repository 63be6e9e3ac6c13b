// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Ack is an acknowledgement level. It states where an event is when [Receipt.Wait] returns nil.
type Ack uint8

const (
	// AckWritten: the event is written to the journal file, or to the memory of a store in [Memory]. It survives the process. A
	// power failure within Config.SyncInterval can lose it. Wait returns at once.
	AckWritten Ack = iota
	// AckSynced: the journal is fsynced, file and directory, up to the event. The event survives a power failure. A store in Memory
	// refuses this level.
	AckSynced
	// AckStored: the sink has stored the event, as durably as the sink promises.
	AckStored
)

// ackWords has every level, with the word that configuration has for it.
var ackWords = [...]string{AckWritten: "written", AckSynced: "synced", AckStored: "stored"}

// Acks returns every acknowledgement level, from the weakest to the strongest.
func Acks() []Ack {
	all := make([]Ack, len(ackWords))
	for i := range all {
		all[i] = Ack(i)
	}
	return all
}

// Valid reports whether [Acks] contains the level.
func (a Ack) Valid() bool { return int(a) < len(ackWords) }

// String returns the level's word in configuration, such as written.
func (a Ack) String() string {
	if !a.Valid() {
		return fmt.Sprintf("Ack(%d)", uint8(a))
	}
	return ackWords[a]
}

// waitsForSink reports whether Wait waits for the writer. The wait is registered before the event is in the journal, so
// that the writer cannot have delivered it before.
func (a Ack) waitsForSink() bool { return a == AckStored }

// TakesAck returns nil for a level that Append takes, and otherwise the error of Append. That is ErrNoDisk for AckSynced when
// the store is in [Memory], or an error that lists the valid levels.
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

// Wait blocks until the event reaches its acknowledgement level, or ctx ends. The event is accepted in any case. The errors are:
//
//   - ErrUnconfirmed, together with the context's error: ctx ended first. Wait again with a receipt of [Store.Await].
//   - ErrNotDurable: the disk refused to sync.
//   - ErrQuarantined: the sink refused the event for good.
//   - ErrSuppressed: the event's user was suppressed before the sink had the event.
//   - ErrLost: damage on disk made the event unreadable before the sink had it, or a store in memory lost it.
//
// For a batch, Wait waits for every event. Its error is the error of the first event that failed.
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

// Seq returns the event's sequence number in its journal, for [Store.Await]. The events of a batch have consecutive numbers:
// Seq returns the first one's, and event i has Seq()+i.
func (r Receipt) Seq() uint64 { return r.first }
