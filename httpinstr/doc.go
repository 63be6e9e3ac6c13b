// SPDX-License-Identifier: Apache-2.0

// Package httpinstr measures HTTP requests. It makes the traces and standard metrics of otelhttp, exactly as otelhttp
// makes them. Beside them it records the metrics that the event map declares for the entry "request".
//
//	mux := http.NewServeMux()
//	mux.HandleFunc("POST /orders/{id}", order)
//	handler := httpinstr.Middleware(client, "shop", httpinstr.WithExcluded("/metrics", "/healthz"))(mux)
//
// The map decides what is recorded. The data of the entry are
//
//	method    string   the method, in upper case; _OTHER for one that HTTP does not define
//	endpoint  string   the route's pattern, such as /orders/{id}, never the path; unmatched without one
//	status    int      the status of the answer
//	duration  double   seconds until the handler returned
//	size      int      bytes of the request's body that were read
//
// No request can create a series of its own, although paths, methods and Host headers come from the sender.
// docs/http.md has an entry to begin with.
//
// [WithActor] sets the actor of a request once. Every event that is tracked with the request's context then has the
// user, the session, the platform and the trace that otelhttp began.
//
// The package calls the client through one method, [Recorder]. It imports no other public package of the SDK but
// eventctx.
package httpinstr
