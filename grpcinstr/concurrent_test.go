// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// abandoning answers at once with a timeout, while the handler keeps running in a goroutine.
func abandoning(running *sync.WaitGroup) []grpc.ServerOption {
	late := status.Error(codes.DeadlineExceeded, "too slow")
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			running.Go(func() { _, _ = next(ctx, req) })
			return nil, late
		}),
		grpc.ChainStreamInterceptor(func(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			running.Go(func() { _ = next(srv, s) })
			return late
		}),
	}
}

// TestAbandonedHandlers is for the race detector: actor and messages of a handler come while its call is recorded.
func TestAbandonedHandlers(t *testing.T) {
	var running sync.WaitGroup
	s := start(t, echo{}, abandoning(&running), grpcinstr.WithActor(func(context.Context) eventctx.Actor { return eventctx.Actor{UserID: "u"} }))
	for range 200 {
		_, err := s.client.EmptyCall(t.Context(), &grpc_testing.Empty{})
		if status.Code(err) != codes.DeadlineExceeded {
			t.Fatal(err)
		}
		stream, err := s.client.StreamingOutputCall(t.Context(), answers(20))
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = stream.Recv()
		}
		for range 2 {
			if got := s.next(t); got.Status != "DEADLINE_EXCEEDED" {
				t.Errorf("%+v", got)
			}
		}
	}
	running.Wait()
	s.server.GracefulStop()
	s.none(t)
}

// TestManyCalls: each call is recorded once, for who made it, with streams that send and receive at once, and clients that
// go away.
func TestManyCalls(t *testing.T) {
	const clients, each = 8, 40
	s := start(t, echo{}, authentication(), grpcinstr.WithActor(fromMetadata))
	var working sync.WaitGroup
	for range clients {
		working.Go(func() {
			for n := range each {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				if n%4 == 3 {
					time.AfterFunc(time.Duration(n)*100*time.Microsecond, cancel)
				}
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "t")
				stream, err := s.client.FullDuplexCall(ctx)
				if err == nil {
					var sending sync.WaitGroup
					sending.Go(func() {
						for range 10 {
							_ = stream.Send(answers(2))
						}
						_ = stream.CloseSend()
					})
					for err == nil {
						_, err = stream.Recv()
					}
					sending.Wait()
				}
				cancel()
			}
		})
	}
	working.Wait()
	s.server.GracefulStop()
	ok := 0
	for range len(s.calls) {
		got := <-s.calls
		if got.Status != "OK" && got.Status != "CANCELLED" || got.actor.UserID != "user of t" {
			t.Errorf("%+v", got)
		}
		if got.Status == "OK" {
			ok++
			if got.Received != 10 || got.Sent != 20 {
				t.Errorf("%+v", got)
			}
		}
	}
	if ok < clients*each*3/4 || ok > clients*each {
		t.Errorf("%d calls have ended well, want %d at least", ok, clients*each*3/4)
	}
}
