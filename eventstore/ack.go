// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"
)

// Ack is an acknowledgement level: how far an event has come when [Receipt.Wait] returns nil.
type Ack uint8

const (
	// AckWritten: written to the journal file. It survives the process, not a power failure within
	// Config.SyncInterval. Wait returns at once.
	AckWritten Ack = iota
	// AckSynced: the journal is fsynced past it, file and directory. It survives a power failure.
	AckSynced
	// AckStored: the sink has stored it, as durably as the sink promises.
	AckStored
)

// String returns the word that configuration has for the level.
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
// ErrNotDurable that the disk refused to sync, ErrQuarantined that the sink refused the event for good.
// For a batch it waits for each event, and returns what it would have returned for the first of them that
// failed. After ErrUnconfirmed, wait again with a receipt of [Store.Await].
func (r Receipt) Wait(ctx context.Context) error {
	ctx = orBackground(ctx)
	switch {
	case r.store == nil:
		return nil
	case r.ack == AckSynced:
		return r.store.waitSynced(ctx, r.first, r.last)
	case r.ack == AckStored:
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
