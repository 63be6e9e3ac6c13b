// SPDX-License-Identifier: Apache-2.0

// Package mongodbconns observes connections to MongoDB. It counts the open connections of this process's pools from the
// driver's events. It can also ask the server for the number of all its connections.
//
//	pool := mongodbconns.NewPool()
//	store, err := mongostore.Open(ctx, mongostore.Config{
//		URI: uri, Client: options.Client().SetPoolMonitor(pool.Monitor(nil)),
//	})
//	…
//	observers.WithSources(pool.Source())
//
// The map declares the gauge mongodb_connections. [ServerSource] needs the gauge mongodb_server_connections as well.
package mongodbconns
