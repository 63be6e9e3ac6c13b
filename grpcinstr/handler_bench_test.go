// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const benchMap = `
version: 1
metrics:
  app_rpcs:
    instrument: counter
    attributes: {method: {limit: 50}, status: {limit: 20}}
  app_rpc_duration:
    instrument: histogram
    unit: s
    attributes: {method: {limit: 50}}
  app_rpc_size:
    instrument: histogram
    unit: By
    number: int
    attributes: {method: {limit: 50}}
events:
  rpc:
    store: false
    record:
      - metric: app_rpcs
      - {metric: app_rpc_duration, value: duration}
      - {metric: app_rpc_size, value: size}
`

// shop is a service that is registered.
type shop struct{}

func (shop) GetServiceInfo() map[string]grpc.ServiceInfo {
	return map[string]grpc.ServiceInfo{"shop.v1.Shop": {Methods: []grpc.MethodInfo{{Name: "Buy"}}}}
}

// callers return what grpc-go does with a stats handler in one call: with otelgrpc alone, with this module beside it, and
// with an actor, too.
func callers(t testing.TB) (alone, ours, acting func()) {
	t.Helper()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	options := []otelgrpc.Option{
		otelgrpc.WithMeterProvider(provider), otelgrpc.WithTracerProvider(trace.NewTracerProvider()),
		otelgrpc.WithPropagators(propagation.TraceContext{}),
	}
	m, err := eventmap.Parse([]byte(benchMap))
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
	if err != nil {
		t.Fatal(err)
	}
	actor := eventctx.Actor{UserID: "u", SessionID: "s", Platform: "web"}
	i := New(client, WithActor(func(context.Context) eventctx.Actor { return actor }), WithOTelGRPC(options...))
	i.Serves(shop{})
	info := &stats.RPCTagInfo{FullMethodName: "/shop.v1.Shop/Buy"}
	began := time.Now()
	header, begin, in, out := &stats.InHeader{}, &stats.Begin{BeginTime: began}, &stats.InPayload{Length: 100}, &stats.OutPayload{Length: 10}
	trailer, end := &stats.OutTrailer{}, &stats.End{BeginTime: began, EndTime: began.Add(time.Millisecond)}
	call := func(h stats.Handler, inside func(context.Context)) func() {
		return func() {
			ctx := h.TagRPC(context.Background(), info)
			for _, s := range [...]stats.RPCStats{header, begin, in} {
				h.HandleRPC(ctx, s)
			}
			inside(ctx)
			for _, s := range [...]stats.RPCStats{out, trailer, end} {
				h.HandleRPC(ctx, s)
			}
		}
	}
	h := &handler{Instrumentation: i, otelgrpc: otelgrpc.NewServerHandler(options...)}
	next := func(context.Context, any) (any, error) { return nil, nil }
	return call(otelgrpc.NewServerHandler(options...), func(context.Context) {}), call(h, func(context.Context) {}),
		call(h, func(ctx context.Context) { _, _ = i.unary(ctx, nil, nil, next) })
}

// BenchmarkCall makes a call without a network.
func BenchmarkCall(b *testing.B) {
	alone, ours, acting := callers(b)
	for _, c := range []struct {
		name string
		call func()
	}{{"otelgrpc", alone}, {"grpcinstr", ours}, {"grpcinstr with an actor", acting}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.call()
			}
		})
	}
}
