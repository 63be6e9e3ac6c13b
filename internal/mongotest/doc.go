// SPDX-License-Identifier: Apache-2.0

// Package mongotest gives a test a MongoDB server.
//
//	server := mongotest.Start(t)
//	db := server.Database(t)                     // a fresh, uniquely named database
//	store, err := mongostore.Open(ctx, mongostore.Config{URI: server.URI(), Database: db.Name(), …})
//	…
//	server.Stop()                                // an outage
//	server.Start()                               // same port, same files
//
// When OTELANALYTICS_TEST_MONGODB_URI is set, Start uses that server and starts none. Stop and Start of the server are then
// impossible, and CanStop reports false.
//
// Otherwise each Start runs its own FerretDB server, as a process with its files in a temporary directory. The program is built
// from the examples module, so that this module does not depend on FerretDB. The first build on a machine takes a minute
// or two, later ones well under a second.
//
// A server process ends with its test. It also ends when the test process dies in any other way: it watches a pipe that the
// operating system closes then.
package mongotest
