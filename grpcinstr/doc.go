// SPDX-License-Identifier: Apache-2.0

// Package grpcinstr measures the calls of a gRPC server. It makes the traces and standard metrics of otelgrpc. Beside
// them it records the metrics that the event map declares for the entry "rpc".
//
//	server := grpcinstr.New(client,
//		grpcinstr.WithExcluded("grpc.health.v1.Health"),
//		grpcinstr.WithActor(actor),
//	).NewServer(grpc.ChainUnaryInterceptor(auth.Unary))
//	shoppb.RegisterShopServer(server, impl)
//
// The map decides what is recorded. The data of the entry are
//
//	method    string   the full name of the method, such as shop.v1.Shop/Buy; other for one that is not registered
//	kind      string   unary, client_stream, server_stream or bidi_stream; absent for a method that is not registered
//	status    string   the status that the server answered with, such as OK, NOT_FOUND or CANCELLED
//	duration  double   seconds until the handler returned, however long a stream took
//	received  long     messages that were received
//	sent      long     messages that were sent
//	size      long     bytes of the messages that were received, uncompressed
//
// No client can create a series of its own. The status has the names that OpenTelemetry's semantic conventions for gRPC
// define for rpc.response.status_code. docs/grpc.md has an entry to begin with.
//
// [WithActor] sets the actor of a call once, after authentication. Every event that is tracked with the call's context
// then has the user, the session, the platform and the trace that otelgrpc began.
//
// The package is a Go module of its own: services without gRPC do not download it. It calls the client through one
// method, [Recorder]. Of the rest of the SDK it imports package eventctx alone.
//
// gRPC clients do not need this package. Use otelgrpc.NewClientHandler as their stats handler.
package grpcinstr
