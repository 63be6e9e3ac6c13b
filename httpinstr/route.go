// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"context"
	"net/http"
	pathpkg "path"
	"strings"
	"sync"
)

const (
	// Unmatched is the endpoint of requests that matched no route.
	Unmatched = "unmatched"
	// OtherMethod is the method of a request whose method HTTP does not define. OpenTelemetry's semantic conventions
	// define this value for http.request.method.
	OtherMethod = "_OTHER"
)

// route is the pattern that a request matched, as routers tell it. It is safe for concurrent use.
type route struct {
	mu      sync.Mutex
	prefix  string // what StripPrefix takes away from the request's path
	pattern string // empty: no route matched
	told    bool   // a router told it; otherwise the request's own Pattern is the route
}

// tell keeps a pattern; the last one counts.
func (r *route) tell(pattern string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if pattern != "" && r.prefix != "" {
		pattern = r.prefix + path(pattern)
	}
	r.pattern, r.told = pattern, true
}

// under notes that what is told from now on is below a prefix, until the returned function is called.
func (r *route) under(prefix string) (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.prefix
	r.prefix = before + strings.TrimSuffix(prefix, "/")
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.prefix = before
	}
}

// of returns the pattern that a request matched: what a router told, or else what the request's mux wrote into it.
func (r *route) of(req *http.Request) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told {
		return r.pattern
	}
	return matched(req, req.Pattern)
}

// SetRoute sets the route of a request: the pattern that the router matched, such as /orders/{id} or /orders/:id. It is
// for routers other than [http.ServeMux].
//
// Call SetRoute with the request's context before the handler, or after it in a deferred function. Then a request that
// panics has its route, too. The last call counts. Below [StripPrefix], pattern is the part after the prefix.
//
// The pattern must come from the program, never from the request: each pattern is a series. SetRoute ignores an empty
// pattern, and a context without the middleware. It is safe for concurrent use.
func SetRoute(ctx context.Context, pattern string) {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok && pattern != "" {
		x.route.tell(pattern)
	}
}

// matched returns the pattern that a mux reports for a request. For CONNECT, net/http reports the path of the request
// where it answers with a redirect to that path and a slash: the sender could make any number of series.
func matched(r *http.Request, pattern string) string {
	if r.Method == http.MethodConnect && strings.HasPrefix(pattern, "/") && strings.HasSuffix(pattern, "/") &&
		!strings.HasSuffix(r.URL.EscapedPath(), "/") && pathpkg.Clean(pattern) == pathpkg.Clean("/"+r.URL.Path) {
		return ""
	}
	return pattern
}

// endpoint returns the route that a pattern names.
func endpoint(pattern string) string {
	if pattern == "" {
		return Unmatched
	}
	return path(pattern)
}

// path returns the path of a pattern: those of net/http may have a method and a host in front.
func path(pattern string) string {
	return pattern[max(strings.IndexByte(pattern, '/'), 0):]
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
