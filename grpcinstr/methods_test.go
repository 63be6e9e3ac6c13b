// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// other is what is recorded of a call of a method that is not registered.
var other = recorded{Entry: "rpc", Method: "other", Status: "UNIMPLEMENTED"}

func TestMethodsThatAreNotRegistered(t *testing.T) {
	for _, method := range []string{"/nowhere.Service/Call", "/" + service + "Nothing", "/" + service, "//", "/a/b/c", "/" + service + "UnaryCall/"} {
		t.Run(method, func(t *testing.T) {
			s := start(t, echo{}, authentication())
			err := s.conn.Invoke(t.Context(), method, &grpc_testing.Empty{}, &grpc_testing.Empty{})
			if status.Code(err) != codes.Unimplemented {
				t.Errorf("the client got %v", err)
			}
			got := s.next(t)
			if got.duration < 0 || got.duration > patience.Seconds() {
				t.Errorf("it took %v s", got.duration)
			}
			if got.duration = 0; got != other {
				t.Errorf("%+v, want %+v", got, other)
			}
			s.server.GracefulStop()
			s.none(t)
		})
	}
}

// TestUnknownServiceHandler: what a proxy answers is counted, under the name that all such methods share.
func TestUnknownServiceHandler(t *testing.T) {
	s := start(t, echo{}, []grpc.ServerOption{grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		if err := stream.RecvMsg(&grpc_testing.Empty{}); err != nil {
			return err
		}
		return stream.SendMsg(&grpc_testing.Empty{})
	})})
	if err := s.conn.Invoke(t.Context(), "/nowhere.Service/Call", &grpc_testing.Empty{}, &grpc_testing.Empty{}); err != nil {
		t.Fatal(err)
	}
	got := s.next(t)
	if got.duration = 0; got != (recorded{Entry: "rpc", Method: "other", Status: "OK", Received: 1, Sent: 1}) {
		t.Errorf("%+v", got)
	}
	s.server.GracefulStop()
	s.none(t)
}

// TestServerOptions: a server that is made elsewhere tells its methods by Serves, until the first call. Without it, none is
// known.
func TestServerOptions(t *testing.T) {
	for name, c := range map[string]struct {
		tell bool
		want string
	}{"told": {true, service + "EmptyCall"}, "not told": {false, "other"}} {
		t.Run(name, func(t *testing.T) {
			rec := &recorder{make(chan recorded, 10)}
			i := grpcinstr.New(rec)
			server := grpc.NewServer(i.ServerOptions()...)
			if c.tell {
				i.Serves(server)
			}
			grpc_testing.RegisterTestServiceServer(server, echo{})
			if _, err := grpc_testing.NewTestServiceClient(serve(t, server)).EmptyCall(t.Context(), &grpc_testing.Empty{}); err != nil {
				t.Fatal(err)
			}
			if got := rec.next(t); got.Method != c.want || got.Status != "OK" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestTwoServers: the methods of both are known, also when the second one comes after calls.
func TestTwoServers(t *testing.T) {
	rec := &recorder{make(chan recorded, 10)}
	i := grpcinstr.New(rec)
	first := i.NewServer()
	grpc_testing.RegisterTestServiceServer(first, echo{})
	if _, err := grpc_testing.NewTestServiceClient(serve(t, first)).EmptyCall(t.Context(), &grpc_testing.Empty{}); err != nil {
		t.Fatal(err)
	}
	second := i.NewServer()
	grpc_health_v1.RegisterHealthServer(second, health.NewServer())
	if _, err := grpc_health_v1.NewHealthClient(serve(t, second)).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{service + "EmptyCall", "grpc.health.v1.Health/Check"} {
		if got := rec.next(t); got.Method != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
}

// TestExcluded: services and methods that are left alone are neither recorded nor traced.
func TestExcluded(t *testing.T) {
	const excluded, measured = true, false
	for name, c := range map[string]struct {
		names               []string
		check, list, health bool
	}{
		"nothing":           {nil, measured, measured, measured},
		"services":          {[]string{"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"}, excluded, excluded, excluded},
		"with slashes":      {[]string{"/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"}, excluded, excluded, excluded},
		"one method":        {[]string{"grpc.health.v1.Health/Check"}, excluded, measured, measured},
		"part of a name":    {[]string{"grpc.health.v1", "Check", "grpc.health.v1.Health/Che", ""}, measured, measured, measured},
		"of another option": {[]string{"grpc.reflection.v1.ServerReflection"}, measured, excluded, measured},
	} {
		t.Run(name, func(t *testing.T) {
			spans, traced := traces()
			s := start(t, echo{}, nil, traced, grpcinstr.WithExcluded(c.names...), grpcinstr.WithExcluded("some.Other"), grpcinstr.WithActor(fromMetadata))
			var want []string
			client := grpc_health_v1.NewHealthClient(s.conn)
			if _, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{}); err != nil {
				t.Fatal(err)
			}
			if !c.check {
				want = append(want, "grpc.health.v1.Health/Check")
			}
			if _, err := client.List(t.Context(), &grpc_health_v1.HealthListRequest{}); err != nil {
				t.Fatal(err)
			}
			if !c.health {
				want = append(want, "grpc.health.v1.Health/List")
			}
			stream, err := grpc_reflection_v1.NewServerReflectionClient(s.conn).ServerReflectionInfo(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.CloseSend(); err != nil {
				t.Fatal(err)
			}
			drain(t, stream.Recv)
			if !c.list {
				want = append(want, "grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
			}
			// A call is recorded after its answer: the next one may be recorded before it.
			var got []string
			for range want {
				got = append(got, s.next(t).Method)
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("recorded are %q, want %q", got, want)
			}
			s.server.GracefulStop()
			s.none(t)
			if n := len(spans.Ended()); n != len(want) || len(spans.Started()) != n {
				t.Errorf("%d spans, want %d", n, len(want))
			}
		})
	}
}
