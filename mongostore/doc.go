// SPDX-License-Identifier: Apache-2.0

// Package mongostore keeps events in MongoDB, exactly once, behind the durable queue of package eventstore.
//
//	store, err := mongostore.Open(ctx, mongostore.Config{
//		URI: "mongodb://127.0.0.1:27017",
//		Dir: "otelanalytics-data",
//	})
//	...
//	client, err := otelanalytics.New(m, otelanalytics.WithStore(store)) // which now owns the store
//	...
//	page, err := store.Reader().Query(ctx, mongostore.Query{UserID: "u-17", Limit: 50})
//	page, err = store.Reader().Query(ctx, mongostore.Query{UserID: "u-17", Limit: 50, Cursor: page.Next})
//	sum, err := store.Reader().Summary(ctx, mongostore.Filter{Type: "user_logged_in"})
//	_, err = store.Export(ctx, "u-17", file) // for requests of access
//	_, err = store.Delete(ctx, "u-17")       // and of deletion
//
// A program that only reads events, beside the services that track them, needs no store. [NewReader] returns a
// [Reader], which has no journal and takes no lock.
//
// # Guarantees
//
// The guarantees of package eventstore hold. After a crash, a batch is inserted again if its insertion was not noted yet. MongoDB
// refuses the duplicates by their _id, so that each event is stored once. A document that MongoDB will never take is
// quarantined. Errors and logs contain neither secrets of the connection string nor parts of documents.
//
// # Indexes
//
// The store creates two indexes, unless Config.WithoutIndexes is set:
//
//   - {user_id: 1, timestamp: -1, _id: -1}. Export and Delete use it, and so do Query and Summary for one user or for the
//     anonymous events.
//   - {event_type: 1, timestamp: -1, _id: -1}. Query and Summary use it for one type.
//
// A query for neither a user nor a type reads the whole collection. Config.TTL adds a third index, and keeps its expiry
// equal to the configuration.
//
// # Limits
//
// Exactly once holds within one collection, or within one shard when the shard key is not _id. A write concern of w=0
// is refused.
package mongostore
