// SPDX-License-Identifier: Apache-2.0

// Package ingest takes events over HTTP, from browsers, phones and programs in other languages. They pass through the same
// pipeline as [otelanalytics.Client.Track]: one event map, one journal, one page of metrics.
//
//	h, err := ingest.New(client, ingest.Config{
//		Sources: []ingest.Source{{Name: "web", Kind: ingest.Public, Keys: []ingest.KeyHash{ingest.HashKey("a long random text")}}},
//		Origins: []string{"https://shop.example.com"},
//	})
//	mux.Handle("/analytics/", http.StripPrefix("/analytics", h))
//
// # Endpoints
//
// Segment's HTTP API, for Segment's clients and compatible ones:
//
//	POST /v1/track  /v1/identify  /v1/page  /v1/screen  /v1/group  /v1/alias  /v1/batch  /v1/import
//	POST /v1/t      /v1/i         /v1/p     /v1/s       /v1/g      /v1/a      /v1/b
//	GET  /v1/projects/{key}/settings
//
// PostHog's API, for PostHog's clients: capture v0, capture v1 with a verdict for each event, and the requests of clients at their start:
//
//	POST, GET  /batch  /capture  /e  /i/v0/e  /track  /engage
//	POST       /i/v1/analytics/events
//	POST, GET  /flags  /decide
//	GET        /array/{key}/config  /array/{key}/config.js  /config
//
// A plain endpoint for all other clients, with one verdict per event:
//
//	POST /v1/events    a JSON object, an array of them, or one per line; CloudEvents in each of their content modes
//
// Jitsu's clients send Segment's messages to their own addresses:
//
//	POST /api/s/{track,identify,page,screen,group,alias}, /api/s/s2s/{…}
//
// # Answers
//
// The status 200 means that each event of the request was accepted, as by Track, or was refused for good. The answer names each refused
// event with the reason. A retry of these would not help.
//
// The statuses 429 and 503 mean that nothing can be accepted at the moment. They have Retry-After in whole seconds, and the client
// sends the request again. Events with an id (messageId, uuid, id) are then stored once.
//
// The other statuses are:
//
//   - 400 for a body that is not JSON
//   - 401 for an unknown key
//   - 403 for a page of an origin that is not configured
//   - 408 for a body that did not arrive in time
//   - 413 for a body that is too large
//
// There is no redirect, because clients treat a redirect as a success.
//
// # Sources
//
// A key belongs to a [Source]. Each event with the key has the source's name in the field module. Everybody can read a public key:
// its source can be narrowed to some event types, and neither imports nor backdates events.
//
// # Concurrency and memory
//
// A [Handler] is safe for concurrent use. It holds at most [Config.MaxBytesInFlight] of bodies, and answers 429 beyond that. Bodies are
// decoded in turn, so the decoded data need at most about as much again. Requests without a key in their headers share half of the
// bytes, and small bodies share half, too. A body that does not arrive within
// [Config.BodyTimeout] is abandoned, and its connection is closed.
package ingest
