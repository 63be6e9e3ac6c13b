// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"errors"
	"io"
	"testing"

	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/protobuf/proto"

	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// size is the number of bytes of messages.
func size(messages ...proto.Message) (n int64) {
	for _, m := range messages {
		n += int64(proto.Size(m))
	}
	return n
}

// drain reads a stream to its end.
func drain[M any](t *testing.T, recv func() (M, error)) (n int) {
	t.Helper()
	for {
		if _, err := recv(); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			t.Fatal(err)
		}
		n++
	}
}

// TestKindsOfCalls makes one call of each kind.
func TestKindsOfCalls(t *testing.T) {
	payload := &grpc_testing.Payload{Body: make([]byte, 100_000)}
	simple := &grpc_testing.SimpleRequest{Payload: payload}
	input := &grpc_testing.StreamingInputCallRequest{Payload: payload}
	for _, c := range []struct {
		name string
		call func(*testing.T, *site)
		want recorded
	}{
		{"unary", func(t *testing.T, s *site) {
			if _, err := s.client.UnaryCall(t.Context(), simple); err != nil {
				t.Fatal(err)
			}
		}, recorded{Method: service + "UnaryCall", Kind: "unary", Received: 1, Sent: 1, Size: size(simple)}},
		{"unary without a byte", func(t *testing.T, s *site) {
			if _, err := s.client.EmptyCall(t.Context(), &grpc_testing.Empty{}); err != nil {
				t.Fatal(err)
			}
		}, recorded{Method: service + "EmptyCall", Kind: "unary", Received: 1, Sent: 1}},
		{"server stream", func(t *testing.T, s *site) {
			stream, err := s.client.StreamingOutputCall(t.Context(), answers(50))
			if err != nil {
				t.Fatal(err)
			}
			if n := drain(t, stream.Recv); n != 50 {
				t.Errorf("%d messages", n)
			}
		}, recorded{Method: service + "StreamingOutputCall", Kind: "server_stream", Received: 1, Sent: 50, Size: size(answers(50))}},
		{"client stream", func(t *testing.T, s *site) {
			stream, err := s.client.StreamingInputCall(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for range 30 {
				if err := stream.Send(input); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := stream.CloseAndRecv(); err != nil {
				t.Fatal(err)
			}
		}, recorded{Method: service + "StreamingInputCall", Kind: "client_stream", Received: 30, Sent: 1, Size: 30 * size(input)}},
		{"both", func(t *testing.T, s *site) {
			stream, err := s.client.FullDuplexCall(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for range 20 {
				if err := stream.Send(answers(3)); err != nil {
					t.Fatal(err)
				}
			}
			if err := stream.CloseSend(); err != nil {
				t.Fatal(err)
			}
			if n := drain(t, stream.Recv); n != 60 {
				t.Errorf("%d messages", n)
			}
		}, recorded{Method: service + "FullDuplexCall", Kind: "bidi_stream", Received: 20, Sent: 60, Size: 20 * size(answers(3))}},
		{"a stream without a message", func(t *testing.T, s *site) {
			stream, err := s.client.FullDuplexCall(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.CloseSend(); err != nil {
				t.Fatal(err)
			}
			drain(t, stream.Recv)
		}, recorded{Method: service + "FullDuplexCall", Kind: "bidi_stream"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, echo{}, nil)
			c.call(t, s)
			got := s.next(t)
			if got.duration <= 0 || got.duration > patience.Seconds() {
				t.Errorf("it took %v s", got.duration)
			}
			got.duration = 0
			if c.want.Entry, c.want.Status = grpcinstr.DefaultEntry, "OK"; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			s.server.GracefulStop()
			s.none(t)
		})
	}
}

func TestEntry(t *testing.T) {
	s := start(t, echo{}, nil, nil, grpcinstr.WithEntry("call"))
	if _, err := s.client.EmptyCall(t.Context(), &grpc_testing.Empty{}); err != nil {
		t.Fatal(err)
	}
	if got := s.next(t); got.Entry != "call" {
		t.Errorf("%+v", got)
	}
}
