// SPDX-License-Identifier: Apache-2.0

// Package httpinstr measures HTTP requests: otelhttp's traces and standard metrics, exactly as otelhttp makes
// them, and beside them the metrics that the event map names for the entry "request".
//
//	mux := http.NewServeMux()
//	mux.HandleFunc("POST /orders/{id}", order)
//	handler := httpinstr.Middleware(client, "shop", httpinstr.WithExcluded("/metrics", "/healthz"))(mux)
//
// The map says what is recorded; the data of the entry are
//
//	method    string   the method, in upper case; _OTHER for one that HTTP does not define
//	endpoint  string   the route's pattern, such as /orders/{id}, never the path; unmatched without one
//	status    int      the status of the answer
//	duration  double   seconds until the handler returned
//	size      int      bytes of the request's body that were read
//
// so that no request can make a series of its own: paths, methods and Host headers come from whoever sends them.
// docs/http.md has an entry to begin with.
//
// Who asks is told once, by [WithActor]; every event that is tracked with the request's context then has the user,
// the session and the platform, and the trace that otelhttp began.
//
// The package knows the client by one method and nothing of the rest of the SDK.
package httpinstr
