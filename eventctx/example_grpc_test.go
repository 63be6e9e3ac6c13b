// SPDX-License-Identifier: Apache-2.0

package eventctx_test

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// A gRPC server does the same in an interceptor. Its shape is that of grpc.UnaryServerInterceptor; the
// user comes from the metadata of the call.
func Example_grpc() {
	userOf := func(context.Context) string { return "u-17" } // metadata.FromIncomingContext, a verified token …
	intercept := func(ctx context.Context, request any, handler func(context.Context, any) (any, error)) (any, error) {
		return handler(eventctx.WithUser(ctx, userOf(ctx)), request)
	}

	_, err := intercept(context.Background(), "request", func(ctx context.Context, _ any) (any, error) {
		// client.Track(ctx, otelanalytics.Event{Type: "order_placed"})
		fmt.Println(eventctx.FromContext(ctx).UserID)
		return nil, nil
	})
	fmt.Println(err)
	// Output:
	// u-17
	// <nil>
}
