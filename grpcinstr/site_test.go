// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/test/bufconn"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

const (
	patience = 10 * time.Second
	service  = "grpc.testing.TestService/"
)

// recorded is what is recorded about one call.
type recorded struct {
	Entry, Method, Kind, Status string
	Received, Sent, Size        int64
	duration                    float64
	actor                       eventctx.Actor
}

// recorder remembers what it is given.
type recorder struct{ calls chan recorded }

func (r *recorder) Record(ctx context.Context, entry string, data any) error {
	doc, err := data.(interface {
		AppendBSON([]byte) ([]byte, error)
	}).AppendBSON([]byte("before"))
	if err != nil {
		return err
	}
	raw := bson.Raw(doc[len("before"):])
	if err := raw.Validate(); err != nil {
		panic(err)
	}
	kind, _ := raw.Lookup("kind").StringValueOK()
	r.calls <- recorded{
		Entry: entry, Method: raw.Lookup("method").StringValue(), Kind: kind,
		Status: raw.Lookup("status").StringValue(), duration: raw.Lookup("duration").Double(),
		Received: raw.Lookup("received").Int64(), Sent: raw.Lookup("sent").Int64(), Size: raw.Lookup("size").Int64(),
		actor: eventctx.FromContext(ctx),
	}
	return nil
}

// next returns the next call that is recorded.
func (r *recorder) next(t *testing.T) recorded {
	t.Helper()
	select {
	case got := <-r.calls:
		return got
	case <-time.After(patience):
		t.Fatal("nothing was recorded")
		return recorded{}
	}
}

// none fails when anything else was recorded. The server must have stopped.
func (r *recorder) none(t *testing.T) {
	t.Helper()
	select {
	case got := <-r.calls:
		t.Errorf("also recorded: %+v", got)
	default:
	}
}

// site is a server with the test service, and a connection to it.
type site struct {
	*recorder
	server *grpc.Server
	conn   *grpc.ClientConn
	client grpc_testing.TestServiceClient
}

// start makes a site that also serves health checks and reflection, with the options of the server before those of the instrumentation.
func start(t *testing.T, impl grpc_testing.TestServiceServer, server []grpc.ServerOption, options ...grpcinstr.Option) *site {
	t.Helper()
	s := &site{recorder: &recorder{make(chan recorded, 100_000)}}
	s.server = grpcinstr.New(s.recorder, options...).NewServer(server...)
	grpc_testing.RegisterTestServiceServer(s.server, impl)
	grpc_health_v1.RegisterHealthServer(s.server, health.NewServer())
	reflection.Register(s.server)
	s.conn = serve(t, s.server)
	s.client = grpc_testing.NewTestServiceClient(s.conn)
	return s
}

// serve serves in memory, and connects.
func serve(t testing.TB, server *grpc.Server) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(serving.Wait)
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///site", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
