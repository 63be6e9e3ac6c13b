// SPDX-License-Identifier: Apache-2.0

// Package mongouniques adds a counter of distinct users to a MongoDB store, from an event map and the configuration.
//
//	storeConfig := mongostore.FromConfig(cfg)
//	users, err := mongouniques.Setup(&storeConfig, m, cfg)
//	...
//	store, err := mongostore.Open(ctx, storeConfig)
//	client, err := otelanalytics.New(m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(store))
//	o, err := observers.Start(client.Module("observers"), observers.WithSources(users.Sources("active_users")...))
//
// The documentation of package uniques explains what is counted and how exact a number is. Use package uniques directly
// for another database, or for none.
package mongouniques
