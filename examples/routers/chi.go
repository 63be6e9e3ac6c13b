// SPDX-License-Identifier: Apache-2.0

package routers

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// Chi is a site with a chi router.
func Chi(r httpinstr.Recorder) http.Handler {
	router := chi.NewRouter()
	router.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			// The pattern is complete only now, when subrouters have added their part.
			httpinstr.SetRoute(r.Context(), chi.RouteContext(r.Context()).RoutePattern())
		})
	})
	router.Route("/orders", func(orders chi.Router) {
		orders.Get("/{id}", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(chi.URLParam(r, "id")))
		})
	})
	return httpinstr.Middleware(r, "chi")(router)
}
