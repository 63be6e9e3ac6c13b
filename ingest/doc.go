// SPDX-License-Identifier: Apache-2.0

// Package ingest takes events over HTTP, from browsers, phones and programs in other languages. They go through the same
// pipeline as [otelanalytics.Client.Track]: one event map, one journal, one page of metrics.
//
//	h, err := ingest.New(client, ingest.Config{
//		Sources: []ingest.Source{{Name: "web", Kind: ingest.Public, Keys: []ingest.KeyHash{ingest.HashKey("a long random text")}}},
//		Origins: []string{"https://shop.example.com"},
//	})
//	mux.Handle("/analytics/", http.StripPrefix("/analytics", h))
//
// # Doors
//
// Segment's HTTP API, for its clients and for those that speak like them:
//
//	POST /v1/track  /v1/identify  /v1/page  /v1/screen  /v1/group  /v1/alias  /v1/batch  /v1/import
//	POST /v1/t      /v1/i         /v1/p     /v1/s       /v1/g      /v1/a      /v1/b
//	GET  /v1/projects/{key}/settings
//
// PostHog's API, for its clients: capture v0, capture v1 with a verdict for each event, and what clients ask before they start:
//
//	POST, GET  /batch  /capture  /e  /i/v0/e  /track  /engage
//	POST       /i/v1/analytics/events
//	POST, GET  /flags  /decide
//	GET        /array/{key}/config  /array/{key}/config.js  /config
//
// A plain door for everyone else, with one verdict an event:
//
//	POST /v1/events    a JSON object, an array of them, or one in each line; CloudEvents in each of their content modes
//
// Jitsu's clients send Segment's messages to addresses of their own:
//
//	POST /api/s/{track,identify,page,screen,group,alias}, /api/s/s2s/{…}
//
// # Answers
//
// 200 says that each event of the request was taken as Track takes it, or is named in the answer with the reason why it was
// refused for good. Sending it again would not help. 429 and 503 say that nothing can be accepted at the moment. They have
// Retry-After in whole seconds, and the client sends the request again; events with an id (messageId, uuid, id) are then stored
// once. The others are 400 for a body that is no JSON, 401 for an unknown key, 403 for the page of an origin that is not
// configured, 408 for a body that did not arrive in time, and 413 for one that is too large. There is no redirect, because clients
// take one for a success.
//
// # Sources
//
// A key belongs to a [Source]. Whatever it sends carries the source's name in the field module. A public key is in the hands of
// everybody: its source can be narrowed to some event types, and neither imports nor backdates events.
//
// # Concurrency and memory
//
// A [Handler] is safe for concurrent use. It holds at most [Config.MaxBytesInFlight] of bodies, and answers 429 beyond that. Bodies take turns
// to be decoded, so that what they become costs about as much again at most. Requests whose headers have no key share half of the
// bytes, and small bodies share half, too. A body that does not arrive within
// [Config.BodyTimeout] is given up, and its connection is closed.
package ingest
