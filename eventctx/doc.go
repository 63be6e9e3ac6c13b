// SPDX-License-Identifier: Apache-2.0

// Package eventctx carries who acts, in which session and on which platform, in a [context.Context].
//
// Middleware of any transport (HTTP, gRPC, a queue worker) puts them in once; every event that is
// tracked with that context then has them, without a repetition in the handler:
//
//	ctx = eventctx.WithUser(ctx, "u-17")
//	ctx = eventctx.WithSession(ctx, "s-4")
//	ctx = eventctx.WithPlatform(ctx, "ios")
//	err := client.Track(ctx, otelanalytics.Event{Type: "user_logged_in"})
//
// A field that the event itself sets wins over the context. The package is a leaf: it imports nothing
// but the standard library, so that middleware can use it without the rest of the SDK.
//
// The values are identities. The SDK writes them to the stored document only, never to a metric
// attribute, a log record or an error.
package eventctx
