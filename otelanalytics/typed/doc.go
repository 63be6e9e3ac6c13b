// SPDX-License-Identifier: Apache-2.0

// Package typed is what code that "otelanalytics generate go" writes is built on. A program uses it for the values of
// optional fields and the metadata of an event:
//
//	analytics, err := events.New(client)
//	err = analytics.GameCompleted.Track(ctx, events.GameCompleted{
//		Meta:     typed.Meta{UserID: "u-17"},
//		GameMode: events.GameModePractice,
//		Duration: typed.Float64(93.5),
//	})
//
// The rest is for generated code alone. It is versioned: code of a version that this release does not support does not
// compile, and the compiler's message names [EnforceVersion].
//
// # Cost
//
// Tracking through generated code looks up no name, uses no reflection, and allocates nothing after warm-up unless a
// field holds an object or an array whose values do. A pattern's event type is looked up once a call.
package typed
