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
// A program that only looks at events, beside the services that track them, needs no store: [NewReader] returns a
// [Reader], which has no journal and takes no lock.
//
// # Guarantees
//
// Those of package eventstore. A batch that was inserted and not yet noted as such is inserted again after a crash; MongoDB
// refuses the duplicates by their _id, so that each event is there once. A document that MongoDB will never take is
// quarantined. Errors and logs hold neither secrets of the connection string nor parts of documents.
//
// # Indexes
//
// The store creates two, unless Config.WithoutIndexes: {user_id: 1, timestamp: -1, _id: -1} and {event_type: 1,
// timestamp: -1, _id: -1}. Query and Summary use the first when they are about one user or the anonymous
// events, and the second when they are about a type; Export and Delete use the first. A query about
// neither reads the whole collection. Config.TTL adds a third, and keeps it at
// what the configuration says.
//
// # Limits
//
// Exactly once holds within one collection (within one shard, when sharded by another key than _id). A write concern of w=0
// is refused.
package mongostore
