// SPDX-License-Identifier: Apache-2.0

// Package eventstore keeps events: first in a journal on disk, then in MongoDB, exactly once.
//
//	store, err := eventstore.Open(ctx, eventstore.Config{
//		URI: "mongodb://127.0.0.1:27017",
//		Dir: "otelanalytics-data",
//	})
//	defer store.Shutdown(ctx)
//	receipt, err := store.Append(ctx, eventstore.Event{ID: id, Type: "user_logged_in", Document: doc}, eventstore.AckSynced)
//	err = receipt.Wait(ctx)
//
// Most programs hand the store to otelanalytics.New and never call it themselves.
//
// # Guarantees
//
// An event whose Append returned nil is in the journal file: it survives the death of the process, and
// the death of the machine as soon as it is synced, at most SyncInterval later. A background writer moves
// events to MongoDB in batches, in their order, and removes them from the journal when MongoDB has
// acknowledged them. A batch that was inserted but not yet ticked off is inserted again after a crash;
// MongoDB refuses the duplicates by their _id, so that each event is there once.
//
// MongoDB may be away at the start or at any later time: Append does not notice, the writer tries again
// until it is back. A document that MongoDB will never take goes to the quarantine file, with the reason,
// and the others pass it.
//
// # Limits
//
// Exactly once holds within one collection (within one shard, when sharded by another key than _id). One
// process at a time uses a directory. The journal is bounded: see Config.JournalBytes and Config.Full.
package eventstore
