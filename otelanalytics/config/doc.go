// SPDX-License-Identifier: Apache-2.0

// Package config reads the settings of the SDK from a YAML file and from the environment.
//
//	cfg, err := config.Load("otelanalytics.yaml")
//	...
//	store, err := mongostore.Open(ctx, mongostore.FromConfig(cfg))
//	...
//	client, err := otelanalytics.New(m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(store))
//
// docs/configuration.md lists every setting with its variable, its key in the file and its default.
//
// [Levels] filter log records by the part of the service that logs them. They can change while the service runs.
// [Secret] is text that no log, error or encoder shows.
package config
