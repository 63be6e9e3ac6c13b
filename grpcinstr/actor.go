// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"

	"google.golang.org/grpc"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// unary is the interceptor of calls with one message each way.
func (i *Instrumentation) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	ctx, _ = i.withActor(ctx)
	return next(ctx, req)
}

// stream is the interceptor of all other calls.
func (i *Instrumentation) stream(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if ctx, changed := i.withActor(s.Context()); changed {
		s = &actingStream{s, ctx}
	}
	return next(srv, s)
}

// actingStream is a stream whose context has an actor.
type actingStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *actingStream) Context() context.Context { return s.ctx }

// withActor takes what the application says, and the rest from the context. It reports whether that made another context.
func (i *Instrumentation) withActor(ctx context.Context) (_ context.Context, changed bool) {
	c := i.callOf(ctx)
	if c == nil {
		return ctx, false
	}
	a, before := i.config.actor(ctx), eventctx.FromContext(ctx)
	for _, f := range [...]struct{ to, from *string }{{&a.UserID, &before.UserID}, {&a.SessionID, &before.SessionID}, {&a.Platform, &before.Platform}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	if changed = a != before; changed {
		ctx = eventctx.WithActor(ctx, a)
	}
	if a != (eventctx.Actor{}) {
		c.acting.Store(&ctx)
	}
	return ctx, changed
}
