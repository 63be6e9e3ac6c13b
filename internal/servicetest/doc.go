// SPDX-License-Identifier: Apache-2.0

// Package servicetest runs a service in a test, which is a client with a metrics page, and reads metrics pages. Only tests
// use it.
//
//	s := servicetest.Start(t, servicetest.Config{Map: m, Client: []otelanalytics.Option{otelanalytics.WithStore(store)}})
//	err := s.Client.Track(ctx, event)
//	s.Flush(t)
//	servicetest.Read(t, s.Page).Balanced(t)
//
// Scrape reads the page of a service in another process.
package servicetest
