// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"context"
	"net/http"
	"strings"
)

const (
	// Unmatched is the endpoint of requests that no route matched.
	Unmatched = "unmatched"
	// OtherMethod is the method of requests with one that HTTP does not define, as OpenTelemetry's semantic conventions
	// have it for http.request.method.
	OtherMethod = "_OTHER"
)

// SetRoute says which route a request matched, by the pattern that the router knows it by, such as /orders/{id} or
// /orders/:id: for routers other than net/http's, whose patterns are seen without it. Call it with the request's
// context, before or after the handler, in the same goroutine. The pattern must come from the program, never from the
// request: each one is a series. An empty one, and a context without the middleware, change nothing.
func SetRoute(ctx context.Context, pattern string) {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok && pattern != "" {
		x.route = pattern
	}
}

// endpoint returns the path of a pattern: those of net/http may have a method and a host in front.
func endpoint(route, pattern string) string {
	if route == "" {
		route = pattern
	}
	if i := strings.IndexByte(route, '/'); i > 0 {
		return route[i:]
	}
	if route == "" {
		return Unmatched
	}
	return route
}

// method returns the methods that HTTP defines as they are (RFC 9110, and PATCH of RFC 5789; those of
// http.request.method in OpenTelemetry's semantic conventions), and one value for all others.
func method(m string) string {
	switch m {
	case "": // of a client's request
		return http.MethodGet
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return m
	default:
		return OtherMethod
	}
}
