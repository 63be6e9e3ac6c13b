// SPDX-License-Identifier: Apache-2.0

// Package eventctx carries the acting user, the session and the platform in a [context.Context].
//
// Middleware of any transport (HTTP, gRPC, a queue worker) sets them once. Every event that is tracked with that
// context then has them. The handler does not repeat them:
//
//	ctx = eventctx.WithUser(ctx, "u-17")
//	ctx = eventctx.WithSession(ctx, "s-4")
//	ctx = eventctx.WithPlatform(ctx, "ios")
//	err := client.Track(ctx, otelanalytics.Event{Type: "user_logged_in"})
//
// A field that the event itself sets takes precedence over the context.
//
// The package imports nothing but the standard library and internal/actorkey. Middleware can use it without the rest of
// the SDK.
//
// The values are identities. The SDK writes them to the stored document only. It never writes them to a metric
// attribute, a log record or an error.
package eventctx
