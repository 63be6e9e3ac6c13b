// SPDX-License-Identifier: Apache-2.0

package grpcinstr_test

import (
	"context"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/grpcinstr"
)

// printer is in the place of an *otelanalytics.Client.
type printer struct{ recorded chan string }

func (p printer) Record(_ context.Context, entry string, _ any) error {
	p.recorded <- entry
	return nil
}

// greeter is a service of the program.
type greeter struct {
	grpc_testing.UnimplementedTestServiceServer
}

func (greeter) EmptyCall(ctx context.Context, _ *grpc_testing.Empty) (*grpc_testing.Empty, error) {
	// client.Track(ctx, …) has the user.
	fmt.Println("user:", eventctx.FromContext(ctx).UserID)
	return &grpc_testing.Empty{}, nil
}

func ExampleInstrumentation_NewServer() {
	client := printer{make(chan string, 1)}
	server := grpcinstr.New(client, grpcinstr.WithActor(func(ctx context.Context) eventctx.Actor {
		user := metadata.ValueFromIncomingContext(ctx, "user") // as authentication has checked it
		return eventctx.Actor{UserID: user[0]}
	})).NewServer()
	grpc_testing.RegisterTestServiceServer(server, greeter{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() { _ = server.Serve(listener) }()
	defer server.GracefulStop()

	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	ctx := metadata.AppendToOutgoingContext(context.Background(), "user", "u-17")
	if _, err := grpc_testing.NewTestServiceClient(conn).EmptyCall(ctx, &grpc_testing.Empty{}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("recorded:", <-client.recorded)
	// Output:
	// user: u-17
	// recorded: rpc
}
