// SPDX-License-Identifier: Apache-2.0

// Package mongodbconns observes connections to MongoDB: those that the pools of this process have open, from the
// driver's events, and, where the server says so, all that the server has.
//
//	pool := mongodbconns.NewPool()
//	store, err := mongostore.Open(ctx, mongostore.Config{
//		URI: uri, Client: options.Client().SetPoolMonitor(pool.Monitor(nil)),
//	})
//	…
//	observers.WithSources(pool.Source())
//
// The map declares the gauge mongodb_connections, and mongodb_server_connections when the server is asked, too.
package mongodbconns
