// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
)

// Recorder records the metrics that the event map names for an entry, with its data: an *otelanalytics.Client, or a
// module of it. It must not keep data. What it cannot record it counts and logs itself.
type Recorder interface {
	Record(ctx context.Context, entry string, data any) error
}

// Instrumentation measures the calls of gRPC servers. It is safe for concurrent use.
type Instrumentation struct {
	recorder Recorder
	config   config
	known    methods
}

// New returns an Instrumentation that records with r. The clients' side of gRPC is no part of it.
func New(r Recorder, options ...Option) *Instrumentation {
	return &Instrumentation{recorder: r, config: newConfig(options)}
}

// NewServer makes a server with options and with those of [Instrumentation.ServerOptions] behind them, and calls
// [Instrumentation.Serves] for it. Options must not have otelgrpc's own server handler: every call would have two spans.
//
// A call is recorded once, when its handler has returned. grpc-go recovers no panic: a handler that panics ends the
// process, unless an interceptor of yours recovers it. The call then has the status that this interceptor answers with.
func (i *Instrumentation) NewServer(options ...grpc.ServerOption) *grpc.Server {
	all := make([]grpc.ServerOption, 0, len(options)+3)
	server := grpc.NewServer(append(append(all, options...), i.ServerOptions()...)...)
	i.Serves(server)
	return server
}

// ServerOptions returns what [Instrumentation.NewServer] adds to a server, for one that is made by another function, such
// as xds.NewGRPCServer: a stats handler and, with [WithActor], two interceptors. Give them last. grpc-go runs interceptors
// in the order of the options: what authenticates must come before.
//
// Call [Instrumentation.Serves] with the server, too. Without it, no method is known, and each is [OtherMethod].
func (i *Instrumentation) ServerOptions() []grpc.ServerOption {
	options := []grpc.ServerOption{grpc.StatsHandler(&handler{Instrumentation: i, otelgrpc: otelgrpc.NewServerHandler(i.config.otelgrpc...)})}
	if i.config.actor != nil {
		options = append(options, grpc.ChainUnaryInterceptor(i.unary), grpc.ChainStreamInterceptor(i.stream))
	}
	return options
}
