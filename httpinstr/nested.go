// SPDX-License-Identifier: Apache-2.0

package httpinstr

import "net/http"

// Routes wraps a mux that lies behind a handler that copies the request. Otherwise, the middleware would not see the
// mux's patterns. Such handlers are [http.TimeoutHandler], [http.MaxBytesHandler], and middleware that calls
// [http.Request.WithContext].
//
//	handler := httpinstr.Middleware(client, "shop")(http.TimeoutHandler(httpinstr.Routes(mux), time.Second, "slow"))
//
// The route is known before its handler runs. A request that times out or panics has its route, too. A request that
// matches no pattern of the mux is [Unmatched]. The mux matches each request twice.
func Routes(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x, ok := r.Context().Value(exchangeKey{}).(*exchange); ok {
			_, pattern := mux.Handler(r)
			x.route.tell(matched(r, pattern))
		}
		mux.ServeHTTP(w, r)
	})
}

// StripPrefix does what [http.StripPrefix] does, and keeps the routes. The route of a request is the prefix followed by
// the pattern that matches below it. Behind http.StripPrefix, every request would have the pattern that leads to the
// prefix. The handler is a mux, or another router that calls [SetRoute].
//
//	mux.Handle("/api/", httpinstr.StripPrefix("/api", apiMux)) // GET /orders/{id} of apiMux is /api/orders/{id}
//
// StripPrefix can be nested. If a handler between it and a mux copies the request, wrap the mux with [Routes]. If the
// handler reports no route, the request keeps the pattern that leads to the prefix.
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
