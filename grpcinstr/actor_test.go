// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// userKey is under which the tests' authentication puts a user into a context.
type userKey struct{}

// authenticated takes the user of a token, as an application's authentication does.
func authenticated(ctx context.Context) (context.Context, error) {
	token := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(token) != 1 {
		return nil, status.Error(codes.Unauthenticated, "no token")
	}
	ctx = eventctx.WithPlatform(ctx, "ios")
	return context.WithValue(ctx, userKey{}, "user of "+token[0]), nil
}

type authenticatedStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s authenticatedStream) Context() context.Context { return s.ctx }

// authentication are an application's interceptors.
func authentication() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			ctx, err := authenticated(ctx)
			if err != nil {
				return nil, err
			}
			return next(ctx, req)
		}),
		grpc.ChainStreamInterceptor(func(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			ctx, err := authenticated(s.Context())
			if err != nil {
				return err
			}
			return next(srv, authenticatedStream{s, ctx})
		}),
	}
}

// fromMetadata is an application's function for [grpcinstr.WithActor].
func fromMetadata(ctx context.Context) eventctx.Actor {
	a := eventctx.Actor{}
	a.UserID, _ = ctx.Value(userKey{}).(string)
	if session := metadata.ValueFromIncomingContext(ctx, "session"); len(session) > 0 {
		a.SessionID = session[0]
	}
	return a
}

// TestActor: the handler and the recorder see who asks, after authentication.
func TestActor(t *testing.T) {
	seen := make(chan eventctx.Actor, 1)
	impl := echo{entered: func(ctx context.Context) { seen <- eventctx.FromContext(ctx) }}
	s := start(t, impl, authentication(), grpcinstr.WithActor(fromMetadata))
	calls := map[string]func(context.Context) error{
		"unary": func(ctx context.Context) error {
			_, err := s.client.EmptyCall(ctx, &grpc_testing.Empty{})
			return err
		},
		"stream": func(ctx context.Context) error {
			stream, err := s.client.StreamingOutputCall(ctx, answers(1))
			if err == nil {
				_, err = stream.Recv()
			}
			return err
		},
	}
	for kind, call := range calls {
		for _, c := range []struct {
			name     string
			metadata []string
			want     eventctx.Actor
		}{
			{"user and session", []string{"authorization", "t-1", "session", "s-1"}, eventctx.Actor{UserID: "user of t-1", SessionID: "s-1", Platform: "ios"}},
			{"user", []string{"authorization", "t-2"}, eventctx.Actor{UserID: "user of t-2", Platform: "ios"}},
		} {
			t.Run(kind+", "+c.name, func(t *testing.T) {
				if err := call(metadata.AppendToOutgoingContext(t.Context(), c.metadata...)); err != nil {
					t.Fatal(err)
				}
				if got := <-seen; got != c.want {
					t.Errorf("the handler saw %+v, want %+v", got, c.want)
				}
				if got := s.next(t); got.actor != c.want {
					t.Errorf("recorded for %+v, want %+v", got.actor, c.want)
				}
			})
		}
		t.Run(kind+", refused", func(t *testing.T) {
			if err := call(t.Context()); status.Code(err) != codes.Unauthenticated {
				t.Error(err)
			}
			if got := s.next(t); got.Status != "UNAUTHENTICATED" || got.actor != (eventctx.Actor{}) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestActorOfTheContext: without anything to say, and without the option, an actor of the context stays.
func TestActorOfTheContext(t *testing.T) {
	for name, options := range map[string][]grpcinstr.Option{
		"without the option": nil,
		"nothing to say":     {grpcinstr.WithActor(func(context.Context) eventctx.Actor { return eventctx.Actor{} })},
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan eventctx.Actor, 1)
			s := start(t, echo{entered: func(ctx context.Context) { seen <- eventctx.FromContext(ctx) }}, authentication(), options...)
			if _, err := s.client.EmptyCall(metadata.AppendToOutgoingContext(t.Context(), "authorization", "t"), &grpc_testing.Empty{}); err != nil {
				t.Fatal(err)
			}
			if got := <-seen; got != (eventctx.Actor{Platform: "ios"}) {
				t.Errorf("the handler saw %+v", got)
			}
		})
	}
}
