// SPDX-License-Identifier: Apache-2.0

// Package embedded runs a MongoDB-protocol server inside the process, so that
// an example needs nothing installed: FerretDB, which keeps each database in
// an SQLite file under a directory.
//
//	db, err := embedded.Start(ctx, embedded.Config{Dir: "data/mongodb"})
//	if err != nil { … }
//	defer db.Stop()
//	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
//
// It is made for trying things out and for tests, not for production: it has
// no authentication (it listens on the loopback interface only, unless told
// otherwise), no replication, no TTL indexes and no transactions, and it
// refuses documents that MongoDB takes: with arrays in arrays, with infinite
// numbers.
// It sends nothing over the network: FerretDB's telemetry reporter is not part
// of its embeddable package.
package embedded
