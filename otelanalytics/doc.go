// SPDX-License-Identifier: Apache-2.0

// Package otelanalytics tracks what the users of a service do. Each event is stored in MongoDB exactly once. The same
// call updates the OpenTelemetry instruments that the event map declares for the event.
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
// When Track returns nil, the event is accepted. It is written to the journal, so that it survives the end of the
// process. It will reach MongoDB, whether MongoDB is up or not. [WithAck] makes Track wait for more.
//
// When Track returns an error, the event was not accepted, and will not be stored. The exceptions are [ErrUnconfirmed],
// [ErrNotDurable], [ErrQuarantined] and [ErrLost]. Refused events are counted by reason.
//
// Only accepted events update metrics. Metrics never make a call fail.
//
// # Beyond Track
//
//   - [Client.TrackBatch] tracks several events with one write and one fsync.
//   - [Client.Record] updates metrics alone.
//   - [Client.EventType] resolves an event type once.
//   - [Client.Module] returns a part of the application with its own switch and log level.
//   - [Client.Switches] turn metrics on and off while the service runs.
//   - [WithBeforeTrack] sets a function that edits or drops events.
//   - [Client.Health] and [Client.ReadinessHandler] report whether events are accepted, and whether MongoDB answers.
//   - [WithLoggerProvider] makes an OpenTelemetry event of each tracked event.
//   - [config.Load] reads settings from a file and the environment.
//   - [Client.Watch] passes each tracked event, redacted, to a tool such as a live page.
//   - [NewNop] returns a client that does nothing.
//
// Package analyticstest has a recorder for tests of code that tracks.
//
// # Concurrency and blocking
//
// All functions and methods of this package are safe for concurrent use. Track blocks:
//
//   - for one write to a file;
//   - for the acknowledgement level that the call asks for;
//   - with a Key, while another call tracks the same Key;
//   - under the store's policy Block, until the journal has room.
//
// Accepting and recording ignore the cancellation of the context, and use its values: the span, and the user, session
// and platform of package eventctx. Waiting ends when the context does.
//
// # Privacy
//
// Fields that the map redacts are removed from the data before anything else sees them. User ids, sessions, keys and
// data are written to the document only. They never reach a log record or an error, and reach a metric attribute only
// if the map declares it. [WithLoggerProvider] also exports the data, without the identities, as OpenTelemetry's
// events.
package otelanalytics
