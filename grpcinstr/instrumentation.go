// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
)

// Recorder records the metrics that the event map declares for an entry. An *otelanalytics.Client implements it, and so
// does a module of it. Record must not keep data after it returns. It counts and logs its own failures: an
// [Instrumentation] ignores the error.
type Recorder interface {
	Record(ctx context.Context, entry string, data any) error
}

// Instrumentation measures the calls of one or more gRPC servers. It is safe for concurrent use.
type Instrumentation struct {
	recorder Recorder
	config   config
	known    methods
}

// New returns an Instrumentation that records with r. It measures servers, not clients.
func New(r Recorder, options ...Option) *Instrumentation {
	return &Instrumentation{recorder: r, config: newConfig(options)}
}

// NewServer returns a server with options, followed by the options of [Instrumentation.ServerOptions]. It calls
// [Instrumentation.Serves] for the server. Do not pass otelgrpc's own server handler: every call would have two spans.
//
// A call is recorded once, when its handler has returned. grpc-go does not recover panics: a handler that panics ends
// the process. If an interceptor of yours recovers the panic, the call has the status that the interceptor returns.
func (i *Instrumentation) NewServer(options ...grpc.ServerOption) *grpc.Server {
	all := make([]grpc.ServerOption, 0, len(options)+3)
	server := grpc.NewServer(append(append(all, options...), i.ServerOptions()...)...)
	i.Serves(server)
	return server
}

// ServerOptions returns the options that [Instrumentation.NewServer] adds: a stats handler and, with [WithActor], two
// interceptors. Use it for a server that another function makes, such as xds.NewGRPCServer.
//
// Pass these options last. grpc-go runs interceptors in the order of the options, and the interceptor that
// authenticates must run first.
//
// Call [Instrumentation.Serves] with the server, too. Without it no method is known, and each method is recorded as
// [OtherMethod].
func (i *Instrumentation) ServerOptions() []grpc.ServerOption {
	options := []grpc.ServerOption{grpc.StatsHandler(&handler{Instrumentation: i, otelgrpc: otelgrpc.NewServerHandler(i.config.otelgrpc...)})}
	if i.config.actor != nil {
		options = append(options, grpc.ChainUnaryInterceptor(i.unary), grpc.ChainStreamInterceptor(i.stream))
	}
	return options
}
