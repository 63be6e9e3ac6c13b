// SPDX-License-Identifier: Apache-2.0

// Package typed holds what a program needs besides the code that "otelanalytics generate go" writes: the values of
// optional fields, and the metadata of an event.
//
//	analytics, err := events.New(client)
//	err = analytics.GameCompleted.Track(ctx, events.GameCompleted{
//		Meta:     typed.Meta{UserID: "u-17"},
//		GameMode: events.GameModePractice,
//		Duration: typed.Float64(93.5),
//	})
//
// # Cost
//
// Tracking through generated code looks up no name, uses no reflection, and allocates nothing after warm-up unless a
// field holds an object or an array whose values do. A pattern's event type is looked up once a call.
package typed
