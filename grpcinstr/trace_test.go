// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"strings"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"

	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// traces returns what keeps the spans of a server, and the option for it.
func traces() (*tracetest.SpanRecorder, grpcinstr.Option) {
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	return spans, grpcinstr.WithOTelGRPC(otelgrpc.WithTracerProvider(provider), otelgrpc.WithPropagators(propagation.TraceContext{}))
}

// TestTraces: a handler is in the trace of its caller, and a span ends for every call.
func TestTraces(t *testing.T) {
	const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	spans, traced := traces()
	seen := make(chan trace.SpanContext, 1)
	s := start(t, echo{entered: func(ctx context.Context) { seen <- trace.SpanContextFromContext(ctx) }}, nil, traced, grpcinstr.WithActor(fromMetadata))
	ctx := metadata.AppendToOutgoingContext(t.Context(), "traceparent", caller)
	if _, err := s.client.EmptyCall(ctx, &grpc_testing.Empty{}); err != nil {
		t.Fatal(err)
	}
	inHandler := <-seen
	long := strings.Repeat("é", 1_000)
	if err := s.conn.Invoke(ctx, "/nowhere.Service/"+long, &grpc_testing.Empty{}, &grpc_testing.Empty{}); err == nil {
		t.Error("a method that is not registered was answered")
	}
	s.server.GracefulStop()
	ended := spans.Ended()
	if len(ended) != 2 || len(spans.Started()) != 2 {
		t.Fatalf("%d spans began, %d ended; want 2", len(spans.Started()), len(ended))
	}
	for i, want := range []struct {
		name   string
		status codes.Code
		code   string
	}{
		{service + "EmptyCall", codes.Unset, "OK"},
		{"_OTHER", codes.Error, "UNIMPLEMENTED"},
	} {
		got := ended[i]
		attributes := attribute.NewSet(got.Attributes()...)
		code, _ := attributes.Value("rpc.response.status_code")
		method, _ := attributes.Value("rpc.method")
		if got.Name() != want.name || method.AsString() != want.name || got.Status().Code != want.status || code.AsString() != want.code ||
			got.SpanContext().TraceID().String() != caller[3:35] || got.Parent().SpanID().String() != caller[36:52] {
			t.Errorf("%s of %s, %v: %v", got.Name(), got.Parent().TraceID(), got.Status(), got.Attributes())
		}
	}
	if inHandler.SpanID() != ended[0].SpanContext().SpanID() {
		t.Errorf("the handler is in span %v, not in %v", inHandler.SpanID(), ended[0].SpanContext().SpanID())
	}
	attributes := attribute.NewSet(ended[1].Attributes()...)
	if original, _ := attributes.Value("rpc.method_original"); !strings.HasPrefix(original.AsString(), "nowhere.Service/é") || len(original.AsString()) > 300 {
		t.Errorf("rpc.method_original has %d bytes: %.40q", len(original.AsString()), original.AsString())
	}
}
