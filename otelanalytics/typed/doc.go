// SPDX-License-Identifier: Apache-2.0

// Package typed holds types that a program uses together with the code that "otelanalytics generate go" writes: values
// of optional fields, and the metadata of an event.
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
// Tracking through generated code looks up no name and uses no reflection. After warm-up it allocates nothing, unless a
// field is an object or an array whose values allocate. The event type of a pattern is looked up once a call.
package typed
