// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

func TestNestedRoutes(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Path", r.URL.Path) }
	api := http.NewServeMux()
	api.HandleFunc("GET /orders/{id}", answer)
	api.HandleFunc("shop.example.com/host/{id}", answer)
	api.HandleFunc("/panic/{id}", func(http.ResponseWriter, *http.Request) { panic("broken") })
	api.HandleFunc("/slow/{id}", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	inner := http.NewServeMux()
	inner.HandleFunc("/{id}", answer)
	api.Handle("/v2/", httpinstr.StripPrefix("/v2", http.MaxBytesHandler(httpinstr.Routes(inner), 10)))
	router := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { httpinstr.SetRoute(r.Context(), "/items/:id") })
	silent := http.HandlerFunc(answer)

	mux := http.NewServeMux()
	mux.Handle("/api/", httpinstr.StripPrefix("/api", api))
	mux.Handle("/router/", httpinstr.StripPrefix("/router", router))
	mux.Handle("/silent/", httpinstr.StripPrefix("/silent", silent))
	limited := http.MaxBytesHandler(httpinstr.Routes(mux), 10)
	timed := http.TimeoutHandler(httpinstr.Routes(mux), time.Millisecond, "slow")
	wide := http.TimeoutHandler(httpinstr.Routes(mux), time.Minute, "slow")

	for _, c := range []struct {
		name    string
		handler http.Handler
		path    string
		want    string
		status  int32
	}{
		{"below a prefix", mux, "/api/orders/17", "/api/orders/{id}", 200},
		{"with a host", mux, "/api/host/17", "/api/host/{id}", 200},
		{"below two prefixes", mux, "/api/v2/17", "/api/v2/{id}", 200},
		{"nothing matches below the prefix", mux, "/api/nowhere/17", "unmatched", 404},
		{"a router that is not a mux", mux, "/router/items/17", "/router/items/:id", 200},
		{"a handler that tells nothing", mux, "/silent/17", "/silent/", 200},
		{"a panic below a prefix", mux, "/api/panic/17", "/api/panic/{id}", 500},
		{"behind a copy of the request", limited, "/api/orders/17", "/api/orders/{id}", 200},
		{"behind http.TimeoutHandler", wide, "/api/orders/17", "/api/orders/{id}", 200},
		{"a request that times out", timed, "/api/slow/17", "/api/slow/{id}", 503},
		{"outside of a mux that matches nothing", limited, "/nowhere", "unmatched", 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := &recorder{}
			r := httptest.NewRequest(http.MethodGet, "http://shop.example.com"+c.path, nil)
			func() {
				defer func() { _ = recover() }()
				httpinstr.Middleware(rec, "x")(c.handler).ServeHTTP(httptest.NewRecorder(), r)
			}()
			if got := rec.take(t, 1)[0]; got.Endpoint != c.want || got.Status != c.status {
				t.Errorf("%+v, want %s with %d", got, c.want, c.status)
			}
		})
	}
}

func TestNestedRoutesWithoutTheMiddleware(t *testing.T) {
	api := http.NewServeMux()
	api.HandleFunc("/orders/{id}", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(r.URL.Path + " " + r.PathValue("id"))) })
	w := httptest.NewRecorder()
	httpinstr.StripPrefix("/api", api).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/orders/17", nil))
	if w.Body.String() != "/orders/17 17" {
		t.Errorf("answers %q", w.Body)
	}
}
