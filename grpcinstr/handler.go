// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

const (
	// otherInOTel is rpc.method of a method that is not registered, in otelgrpc's metrics and spans, and methodOriginal is
	// the attribute of the span that has its name (OpenTelemetry, semantic conventions for RPC).
	otherInOTel    = "/_OTHER"
	methodOriginal = attribute.Key("rpc.method_original")
	// maxOriginal bounds that attribute, in bytes: the name comes from whoever sends the call.
	maxOriginal = 255
)

// errUnregistered is what grpc-go answers for a method that is not registered.
var errUnregistered = status.Error(codes.Unimplemented, "the method is not registered")

// handler is the stats handler of a server: otelgrpc's, and beside it what records the map's entry.
type handler struct {
	*Instrumentation
	otelgrpc stats.Handler
}

// TagRPC begins a call.
func (h *handler) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if h.config.excludes(info.FullMethodName) {
		return ctx
	}
	c := &call{of: h.Instrumentation, arrived: time.Now(), method: h.known.find(info.FullMethodName)}
	if c.method != unregistered {
		c.Context = h.otelgrpc.TagRPC(ctx, info)
		return c
	}
	other := *info
	other.FullMethodName = otherInOTel
	c.Context = h.otelgrpc.TagRPC(ctx, &other)
	name := strings.TrimPrefix(info.FullMethodName, "/")
	name = strings.ToValidUTF8(name[:min(len(name), maxOriginal)], "\uFFFD")
	trace.SpanFromContext(c.Context).SetAttributes(methodOriginal.String(name))
	return c
}

// HandleRPC counts what happens in a call, and records it at its end.
func (h *handler) HandleRPC(ctx context.Context, s stats.RPCStats) {
	c := h.callOf(ctx)
	if c == nil {
		return
	}
	switch s := s.(type) {
	case *stats.Begin:
		c.begun.Store(true)
	case *stats.InPayload:
		c.received.Add(1)
		c.size.Add(int64(s.Length))
	case *stats.OutPayload:
		c.sent.Add(1)
	case *stats.OutTrailer:
		if !c.begun.Load() {
			// No handler has the call, and grpc-go tells nothing more of it: otelgrpc's span would have no end.
			h.end(ctx, c, &stats.End{BeginTime: c.arrived, EndTime: time.Now(), Error: errUnregistered})
		}
	case *stats.End:
		h.end(ctx, c, s)
		return
	}
	h.otelgrpc.HandleRPC(ctx, s)
}

// end records a call.
func (h *handler) end(ctx context.Context, c *call, end *stats.End) {
	code := status.Code(end.Error)
	if !defined(code) {
		code = codes.Unknown
		e := *end
		e.Error = status.Error(code, status.Convert(end.Error).Message())
		end = &e
	}
	h.otelgrpc.HandleRPC(ctx, end)
	c.record(statusNames[code], end.EndTime.Sub(end.BeginTime))
}

// TagConn does nothing.
func (h *handler) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn does nothing.
func (h *handler) HandleConn(context.Context, stats.ConnStats) {}
