// SPDX-License-Identifier: Apache-2.0

package eventctx

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/internal/actorkey"
)

// Actor identifies who acts in an event: the user, the session and the platform.
// An empty field is unknown. An empty UserID means an anonymous user.
type Actor struct {
	UserID    string
	SessionID string
	Platform  string
}

// WithActor returns a copy of ctx that carries a. It replaces any actor that ctx carried.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorkey.Key{}, &a)
}

// WithUser returns a copy of ctx whose actor has the user id. The session and the platform stay as they were.
func WithUser(ctx context.Context, id string) context.Context {
	a := FromContext(ctx)
	a.UserID = id
	return WithActor(ctx, a)
}

// WithSession returns a copy of ctx whose actor has the session id. The user and the platform stay as they were.
func WithSession(ctx context.Context, id string) context.Context {
	a := FromContext(ctx)
	a.SessionID = id
	return WithActor(ctx, a)
}

// WithPlatform returns a copy of ctx whose actor has the platform, such as "ios" or "web". The user and the session
// stay as they were.
func WithPlatform(ctx context.Context, name string) context.Context {
	a := FromContext(ctx)
	a.Platform = name
	return WithActor(ctx, a)
}

// FromContext returns the actor that ctx carries, or the zero Actor. It does not allocate.
func FromContext(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorkey.Key{}).(*Actor); ok {
		return *a
	}
	return Actor{}
}
