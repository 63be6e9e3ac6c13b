// SPDX-License-Identifier: Apache-2.0

package httpinstr

import "net/http"

// Routes wraps a mux whose patterns the middleware would not see, because a handler between them copies the request:
// [http.TimeoutHandler], [http.MaxBytesHandler], or a middleware that calls [http.Request.WithContext].
//
//	handler := httpinstr.Middleware(client, "shop")(http.TimeoutHandler(httpinstr.Routes(mux), time.Second, "slow"))
//
// The route is known before its handler runs. A request that times out or panics has its route, too. A request that no
// pattern of the mux matches is [Unmatched]. The mux matches each request twice.
func Routes(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x, ok := r.Context().Value(exchangeKey{}).(*exchange); ok {
			_, pattern := mux.Handler(r)
			x.route.tell(matched(r, pattern))
		}
		mux.ServeHTTP(w, r)
	})
}

// StripPrefix is [http.StripPrefix] for a mux, or another router that calls [SetRoute]: the route of a request is the
// prefix and the pattern that matches below it. Behind http.StripPrefix, every request would have the pattern that leads
// to the prefix.
//
//	mux.Handle("/api/", httpinstr.StripPrefix("/api", apiMux)) // GET /orders/{id} of apiMux is /api/orders/{id}
//
// It can be nested. Between it and a mux, wrap the mux with [Routes] where a handler copies the request. A handler that
// tells no route keeps the pattern that leads to the prefix.
func StripPrefix(prefix string, h http.Handler) http.Handler {
	if mux, ok := h.(*http.ServeMux); ok {
		h = Routes(mux)
	}
	return http.StripPrefix(prefix, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x, ok := r.Context().Value(exchangeKey{}).(*exchange); ok {
			defer x.route.under(prefix)()
		}
		h.ServeHTTP(w, r)
	}))
}
