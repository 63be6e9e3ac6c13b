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
// Most programs hand the store to otelanalytics.New, and call it themselves only to look at events:
//
//	page, err := store.Query(ctx, eventstore.Query{UserID: "u-17", Limit: 50})
//	page, err = store.Query(ctx, eventstore.Query{UserID: "u-17", Limit: 50, Cursor: page.Next})
//	sum, err := store.Summary(ctx, eventstore.Filter{Type: "user_logged_in"})
//	_, err = store.Export(ctx, "u-17", file) // for requests of access
//	_, err = store.Delete(ctx, "u-17")       // and of deletion
//
// A program that only looks at events, beside the services that track them, needs no store: [Connect] returns a
// [Reader], which has no journal and takes no lock.
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
// # Indexes
//
// The store creates two, unless Config.WithoutIndexes: {user_id: 1, timestamp: -1, _id: -1} and {event_type: 1,
// timestamp: -1, _id: -1}. Query and Summary go by the first when they are about one user or the anonymous
// events, and by the second when they are about a type; Export and Delete go by the first. A query about
// neither reads the whole collection.
//
// # Limits
//
// Exactly once holds within one collection (within one shard, when sharded by another key than _id). One
// process at a time uses a directory. The journal is bounded: see Config.JournalBytes and Config.Full.
package eventstore
