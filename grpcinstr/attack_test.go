// SPDX-License-Identifier: Apache-2.0

//go:build !race

// Thousands of calls take too long with the race detector.

package grpcinstr_test

import (
	"fmt"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

const rpcMap = `
version: 1
metrics:
  app_rpcs:
    instrument: counter
    attributes: {method: {limit: 50}, status: {limit: 20}}
  app_rpc_duration:
    instrument: histogram
    unit: s
    attributes: {method: {limit: 50}, kind: {values: [unary, client_stream, server_stream, bidi_stream]}}
  app_rpc_messages:
    instrument: counter
    attributes: {method: {limit: 50}}
  app_rpc_size:
    instrument: histogram
    unit: By
    number: int
    attributes: {method: {limit: 50}}
events:
  rpc:
    store: false
    data:
      method: {type: string}
      kind: {type: string}
      status: {type: string}
      duration: {type: double}
      received: {type: int}
      sent: {type: int}
      size: {type: int}
    record:
      - metric: app_rpcs
      - {metric: app_rpc_duration, value: duration}
      - {metric: app_rpc_messages, value: "=data.received + data.sent"}
      - {metric: app_rpc_size, value: size}
  order_placed: {}
`

// TestMethodAttack sends thousands of calls, each of a method and with a status of its own, to a server and through a proxy.
// The page has as many series afterwards as after one call of each kind, in this module's metrics and in otelgrpc's.
func TestMethodAttack(t *testing.T) {
	s := servicetest.Start(t, servicetest.Config{Map: servicetest.Map(t, rpcMap)})
	for name, options := range map[string][]grpc.ServerOption{
		"server": nil,
		"proxy": {grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			var req grpc_testing.SimpleRequest
			if err := stream.RecvMsg(&req); err != nil {
				return err
			}
			return status.Error(codes.Code(req.GetResponseStatus().GetCode()), "passed on")
		})},
	} {
		t.Run(name, func(t *testing.T) {
			server := grpcinstr.New(s.Client, grpcinstr.WithOTelGRPC(otelgrpc.WithMeterProvider(s.Provider))).NewServer(options...)
			grpc_testing.RegisterTestServiceServer(server, echo{})
			conn := serve(t, server)
			send := func(n int) {
				for i, method := range []string{fmt.Sprintf("/attack.Service/Call%d", n), fmt.Sprintf("/attack%d/Call", n), fmt.Sprintf("/%sCall%d", service, n)} {
					code := codes.Code(1_000 + 3*n + i)
					if err := conn.Invoke(t.Context(), method, ask(code, "m"), &grpc_testing.Empty{}); status.Code(err) != codes.Unimplemented && status.Code(err) != code {
						t.Fatalf("%s: %v", method, err)
					}
				}
				if _, err := grpc_testing.NewTestServiceClient(conn).UnaryCall(t.Context(), ask(codes.Code(1_000+n), "m")); status.Code(err) == codes.OK {
					t.Fatal("the status did not arrive")
				}
			}
			series := func() int { return len(servicetest.Read(t, s.Page).Values("")) }
			calls := func() float64 { return servicetest.Read(t, s.Page).Sum("app_rpcs_total") }
			send(0)
			before, counted := series(), calls()
			const rounds = 2_000
			for n := 1; n <= rounds; n++ {
				send(n)
			}
			server.GracefulStop()
			if after := series(); after != before {
				t.Errorf("%d series before, %d after", before, after)
			}
			if got := calls() - counted; got < 4*rounds || got > 4*rounds+4 {
				t.Errorf("%v calls were counted, want %d", got, 4*rounds)
			}
		})
	}
	page := servicetest.Read(t, s.Page)
	for name, labels := range map[string]string{
		"app_rpcs_total":                   `{method="other",status="UNIMPLEMENTED"}`,
		"rpc_server_call_duration_seconds": `_count{error_type="UNIMPLEMENTED",rpc_method="_OTHER",rpc_response_status_code="UNIMPLEMENTED",rpc_system_name="grpc"}`,
	} {
		if page.Values(name)[name+labels] == 0 {
			t.Errorf("%s%s is not on the page:\n%v", name, labels, page.Values(name))
		}
	}
	// A method that is not registered is not a sign that a limit is too small.
	if n := page.Sum("otelanalytics_attributes_overflow_total"); n != 0 {
		t.Errorf("%v values count as beyond their limits", n)
	}
}
