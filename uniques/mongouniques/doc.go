// SPDX-License-Identifier: Apache-2.0

// Package mongouniques puts a counter of distinct users beside the events of MongoDB, as an event map and the configuration say.
//
//	storeConfig := mongostore.FromConfig(cfg)
//	users, err := mongouniques.Setup(&storeConfig, m, cfg)
//	...
//	store, err := mongostore.Open(ctx, storeConfig)
//	client, err := otelanalytics.New(m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(store))
//	o, err := observers.Start(client.Module("observers"), observers.WithSources(users.Sources("active_users")...))
//
// Package uniques says what is counted and what a number means. Use it directly for another database, or for none.
package mongouniques
