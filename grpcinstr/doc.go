// SPDX-License-Identifier: Apache-2.0

// Package grpcinstr measures the calls of a gRPC server: otelgrpc's traces and standard metrics, and beside them the
// metrics that the event map names for the entry "rpc".
//
//	server := grpcinstr.New(client,
//		grpcinstr.WithExcluded("grpc.health.v1.Health"),
//		grpcinstr.WithActor(actor),
//	).NewServer(grpc.ChainUnaryInterceptor(auth.Unary))
//	shoppb.RegisterShopServer(server, impl)
//
// The map says what is recorded; the data of the entry are
//
//	method    string   the full name of the method, such as shop.v1.Shop/Buy; other for one that is not registered
//	kind      string   unary, client_stream, server_stream or bidi_stream; absent for a method that is not registered
//	status    string   the status that the server answered with, such as OK, NOT_FOUND or CANCELLED
//	duration  double   seconds until the handler returned, however long a stream took
//	received  long     messages that were received
//	sent      long     messages that were sent
//	size      long     bytes of the messages that were received, uncompressed
//
// so that no client can make a series of its own. The names of statuses are those of rpc.response.status_code in
// OpenTelemetry's semantic conventions for gRPC. docs/grpc.md has an entry to begin with.
//
// Who asks is told once, by [WithActor], behind authentication. Every event that is tracked with the call's context then
// has the user, the session and the platform, and the trace that otelgrpc began.
//
// The package is a Go module of its own: services without gRPC do not download it. It knows the client by one method, and
// of the rest of the SDK package eventctx alone. Clients of gRPC need nothing of it: their stats handler is
// otelgrpc.NewClientHandler.
package grpcinstr
