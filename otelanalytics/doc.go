// SPDX-License-Identifier: Apache-2.0

// Package otelanalytics tracks what the users of a service do: each event is kept and lands in MongoDB
// exactly once, and the OpenTelemetry instruments that the event map names for it are updated in the same
// call.
//
//	m, err := eventmap.ParseFile("events.yaml")
//	store, err := mongostore.Open(ctx, mongostore.Config{URI: uri})
//	client, err := otelanalytics.New(m, otelanalytics.WithStore(store))
//
//	err = client.Track(ctx, otelanalytics.Event{
//		Type:   "user_logged_in",
//		UserID: "u-17",
//		Data:   map[string]any{"auth_method": "email"},
//	})
//	…
//	err = client.Shutdown(deadline) // a context that has not ended, with a deadline
//
// # Guarantees
//
// When Track returns nil, the event is accepted: written to the journal, so that it survives the death of
// the process, and on its way to MongoDB, whether that is up or not. [WithAck] has Track wait for more. An
// error says that the event was not accepted and will not appear, with the exceptions that name themselves
// ([ErrUnconfirmed], [ErrNotDurable], [ErrQuarantined], [ErrLost]). What was refused is counted by reason.
//
// Metrics are updated for accepted events only, and never make a call fail.
//
// # Beyond Track
//
//   - [Client.TrackBatch]: several events with one write and one fsync.
//   - [Client.Record]: metrics alone.
//   - [Client.EventType]: an event type resolved once.
//   - [Client.Module]: a part of the application with its own switch and log level.
//   - [Client.Switches]: metrics on and off while the service runs.
//   - [WithBeforeTrack]: a function that edits or drops events.
//   - [Client.Health] and [Client.ReadinessHandler]: whether events are accepted, and MongoDB is there.
//   - [WithLoggerProvider]: an OpenTelemetry event for each tracked event.
//   - [config.Load]: settings from a file and the environment.
//   - [Client.Watch]: each event as it is tracked, redacted, for tools such as a live page.
//   - [NewNop]: a client that does nothing.
//
// Package analyticstest has a recorder for tests of code that tracks.
//
// # Concurrency and blocking
//
// Everything here is safe for concurrent use. Track blocks for one write to a file, and for what its
// acknowledgement level asks; with a Key, for a call that tracks the same Key at the moment; under the
// store's policy Block, for room in the journal. Accepting and recording ignore the cancellation of the context and take its
// values: the span, and user, session and platform of package eventctx. Waiting honours it.
//
// # Privacy
//
// What the map redacts is taken out of the data before anything else sees them. User ids, sessions, keys and
// data go to the document only: never to a metric attribute that the map does not declare, a record of a logger or an
// error. [WithLoggerProvider] also sends the data, without the identities, where OpenTelemetry's events go.
package otelanalytics
