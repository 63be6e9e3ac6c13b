// SPDX-License-Identifier: Apache-2.0

package routers

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// Chi is a site with a chi router.
func Chi(r httpinstr.Recorder) http.Handler {
	router := chi.NewRouter()
	router.Use(middleware.Recoverer)
	router.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// The pattern is complete only afterwards, when subrouters have added their part. A panic does not skip it.
			defer func() { httpinstr.SetRoute(r.Context(), chi.RouteContext(r.Context()).RoutePattern()) }()
			next.ServeHTTP(w, r)
		})
	})
	router.Route("/orders", func(orders chi.Router) {
		orders.Get("/{id}", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(chi.URLParam(r, "id")))
		})
		orders.Delete("/{id}", func(http.ResponseWriter, *http.Request) { panic("orders are not deleted") })
	})
	return httpinstr.Middleware(r, "chi")(router)
}
