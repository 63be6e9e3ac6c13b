// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// TestStatuses has a call answered with each status. gRPC's own names are those of google.rpc.Code.
func TestStatuses(t *testing.T) {
	s := start(t, echo{}, nil)
	for c := range codes.Code(20) {
		want := code.Code(c).String()
		if _, defined := code.Code_name[int32(c)]; !defined {
			want = "UNKNOWN"
		}
		t.Run(fmt.Sprint(uint32(c), " ", want), func(t *testing.T) {
			if _, err := s.client.UnaryCall(t.Context(), ask(c, "m")); status.Code(err) != c {
				t.Errorf("the client got %v", err)
			}
			if got := s.next(t); got.Status != want || got.Method != service+"UnaryCall" {
				t.Errorf("%+v", got)
			}
			stream, err := s.client.FullDuplexCall(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if c == codes.OK {
				_ = stream.CloseSend()
			} else if err := stream.Send(&grpc_testing.StreamingOutputCallRequest{ResponseStatus: ask(c, "m").ResponseStatus}); err != nil {
				t.Fatal(err)
			}
			_, _ = stream.Recv()
			if got := s.next(t); got.Status != want || got.Kind != "bidi_stream" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestCallsThatEndOtherwise are those whose status no handler chooses.
func TestCallsThatEndOtherwise(t *testing.T) {
	entered := make(chan struct{}, 1)
	service := echo{entered: func(context.Context) { entered <- struct{}{} }}
	refuse := grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if r, ok := req.(*grpc_testing.SimpleRequest); ok && r.GetFillUsername() {
			return nil, status.Error(codes.Unauthenticated, "who?")
		}
		return next(ctx, req)
	})
	for _, c := range []struct {
		name, want string
		call       func(ctx context.Context, cancel context.CancelFunc, s *site) error
	}{
		{"cancelled by the client", "CANCELLED", func(ctx context.Context, cancel context.CancelFunc, s *site) error {
			go func() { <-entered; cancel() }()
			_, err := s.client.UnaryCall(ctx, ask(0, "wait"))
			return err
		}},
		{"a stream that is cancelled", "CANCELLED", func(ctx context.Context, cancel context.CancelFunc, s *site) error {
			stream, err := s.client.FullDuplexCall(ctx)
			if err != nil {
				return err
			}
			<-entered
			cancel()
			_, err = stream.Recv()
			return err
		}},
		{"past a deadline of the server's", "DEADLINE_EXCEEDED", func(ctx context.Context, _ context.CancelFunc, s *site) error {
			_, err := s.client.UnaryCall(ctx, ask(0, "deadline"))
			return err
		}},
		// At its deadline, a client cancels the call. That may arrive before the server's own timer fires.
		{"past the client's deadline", "DEADLINE_EXCEEDED or CANCELLED", func(ctx context.Context, _ context.CancelFunc, s *site) error {
			ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			defer cancel()
			_, err := s.client.UnaryCall(ctx, ask(0, "wait"))
			return err
		}},
		{"an error without a status", "UNKNOWN", func(ctx context.Context, _ context.CancelFunc, s *site) error {
			_, err := s.client.UnaryCall(ctx, ask(0, "plain"))
			return err
		}},
		{"a method that nobody implements", "UNIMPLEMENTED", func(ctx context.Context, _ context.CancelFunc, s *site) error {
			_, err := s.client.CacheableUnaryCall(ctx, ask(0, ""))
			return err
		}},
		{"a message that is too large", "RESOURCE_EXHAUSTED", func(ctx context.Context, _ context.CancelFunc, s *site) error {
			_, err := s.client.UnaryCall(ctx, &grpc_testing.SimpleRequest{Payload: &grpc_testing.Payload{Body: make([]byte, 5_000)}})
			return err
		}},
		{"refused by an interceptor", "UNAUTHENTICATED", func(ctx context.Context, _ context.CancelFunc, s *site) error {
			_, err := s.client.UnaryCall(ctx, &grpc_testing.SimpleRequest{FillUsername: true})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, service, []grpc.ServerOption{refuse, grpc.MaxRecvMsgSize(1_000)})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := c.call(ctx, cancel, s); err == nil {
				t.Error("the call did not fail")
			}
			if got := s.next(t); !slices.Contains(strings.Split(c.want, " or "), got.Status) {
				t.Errorf("%+v, want %s", got, c.want)
			}
			s.server.GracefulStop()
			s.none(t)
			select {
			case <-entered:
			default:
			}
		})
	}
}

// recovering are interceptors that answer for a handler that panics.
func recovering() []grpc.ServerOption {
	answer := func(err *error) {
		if recover() != nil {
			*err = status.Error(codes.Internal, "internal error")
		}
	}
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (_ any, err error) {
			defer answer(&err)
			return next(ctx, req)
		}),
		grpc.ChainStreamInterceptor(func(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
			defer answer(&err)
			return next(srv, s)
		}),
	}
}

// TestPanics: a recovered panic is counted once, with the status that the client gets, on whichever side the recovery is.
func TestPanics(t *testing.T) {
	message := &grpc_testing.StreamingOutputCallRequest{ResponseStatus: &grpc_testing.EchoStatus{Message: "panic"}}
	for _, c := range []struct {
		name  string
		start func(*testing.T) *site
	}{
		{"recovered outside", func(t *testing.T) *site { return start(t, echo{}, recovering(), grpcinstr.WithActor(fromMetadata)) }},
		{"recovered inside", func(t *testing.T) *site {
			s := &site{recorder: &recorder{make(chan recorded, 10)}}
			i := grpcinstr.New(s.recorder, grpcinstr.WithActor(fromMetadata))
			s.server = grpc.NewServer(append(i.ServerOptions(), recovering()...)...)
			i.Serves(s.server)
			grpc_testing.RegisterTestServiceServer(s.server, echo{})
			s.client = grpc_testing.NewTestServiceClient(serve(t, s.server))
			return s
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.start(t)
			if _, err := s.client.UnaryCall(t.Context(), ask(0, "panic")); status.Code(err) != codes.Internal {
				t.Errorf("the client got %v", err)
			}
			if got := s.next(t); got.Status != "INTERNAL" || got.Kind != "unary" || got.Received != 1 || got.Sent != 0 {
				t.Errorf("%+v", got)
			}
			stream, err := s.client.FullDuplexCall(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Send(message); err != nil {
				t.Fatal(err)
			}
			if _, err := stream.Recv(); status.Code(err) != codes.Internal {
				t.Errorf("the client got %v", err)
			}
			if got := s.next(t); got.Status != "INTERNAL" || got.Kind != "bidi_stream" || got.Received != 1 {
				t.Errorf("%+v", got)
			}
			s.server.GracefulStop()
			s.none(t)
		})
	}
	t.Run("of the actor's function", func(t *testing.T) {
		s := start(t, echo{}, recovering(), grpcinstr.WithActor(func(context.Context) eventctx.Actor { panic("asked for") }))
		if _, err := s.client.EmptyCall(t.Context(), &grpc_testing.Empty{}); status.Code(err) != codes.Internal {
			t.Errorf("the client got %v", err)
		}
		if got := s.next(t); got.Status != "INTERNAL" {
			t.Errorf("%+v", got)
		}
	})
}
