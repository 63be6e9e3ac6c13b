// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
)

// echo is the test service. Each message is answered with as many messages as it asks for.
type echo struct {
	grpc_testing.UnimplementedTestServiceServer
	entered func(context.Context) // called by each handler; nil: nothing
}

func (e echo) enter(ctx context.Context) {
	if e.entered != nil {
		e.entered(ctx)
	}
}

func (e echo) EmptyCall(ctx context.Context, _ *grpc_testing.Empty) (*grpc_testing.Empty, error) {
	e.enter(ctx)
	return &grpc_testing.Empty{}, nil
}

// UnaryCall answers with the status that is asked for. The message "wait" waits for the end of the context.
func (e echo) UnaryCall(ctx context.Context, req *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
	e.enter(ctx)
	want := req.GetResponseStatus()
	switch want.GetMessage() {
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	case "deadline":
		return nil, context.DeadlineExceeded
	case "plain":
		return nil, errors.New("an error without a status")
	case "panic":
		panic("asked for")
	}
	return &grpc_testing.SimpleResponse{}, status.Error(codes.Code(want.GetCode()), want.GetMessage())
}

func (e echo) StreamingOutputCall(req *grpc_testing.StreamingOutputCallRequest, s grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
	e.enter(s.Context())
	return send(req, s)
}

func (e echo) StreamingInputCall(s grpc.ClientStreamingServer[grpc_testing.StreamingInputCallRequest, grpc_testing.StreamingInputCallResponse]) error {
	e.enter(s.Context())
	for {
		if _, err := s.Recv(); errors.Is(err, io.EOF) {
			return s.SendAndClose(&grpc_testing.StreamingInputCallResponse{})
		} else if err != nil {
			return err
		}
	}
}

func (e echo) FullDuplexCall(s grpc.BidiStreamingServer[grpc_testing.StreamingOutputCallRequest, grpc_testing.StreamingOutputCallResponse]) error {
	e.enter(s.Context())
	for {
		req, err := s.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case req.GetResponseStatus().GetMessage() == "panic":
			panic("asked for")
		case req.GetResponseStatus() != nil:
			return status.Error(codes.Code(req.GetResponseStatus().GetCode()), "asked for")
		}
		if err := send(req, s); err != nil {
			return err
		}
	}
}

func send(req *grpc_testing.StreamingOutputCallRequest, s interface {
	Send(*grpc_testing.StreamingOutputCallResponse) error
},
) error {
	for range req.GetResponseParameters() {
		if err := s.Send(&grpc_testing.StreamingOutputCallResponse{}); err != nil {
			return err
		}
	}
	return nil
}

// ask asks for a status of a call, with a message.
func ask(code codes.Code, message string) *grpc_testing.SimpleRequest {
	return &grpc_testing.SimpleRequest{ResponseStatus: &grpc_testing.EchoStatus{Code: int32(code), Message: message}}
}

// answers asks for n messages.
func answers(n int) *grpc_testing.StreamingOutputCallRequest {
	return &grpc_testing.StreamingOutputCallRequest{ResponseParameters: make([]*grpc_testing.ResponseParameters, n)}
}
