// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// printer is in the place of an *otelanalytics.Client.
type printer struct{}

func (printer) Record(_ context.Context, entry string, _ any) error {
	fmt.Println("recorded:", entry)
	return nil
}

func ExampleMiddleware() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(_ http.ResponseWriter, r *http.Request) {
		// client.Track(r.Context(), …) has the user.
		fmt.Println("user:", eventctx.FromContext(r.Context()).UserID)
	})
	handler := httpinstr.Middleware(printer{}, "shop",
		httpinstr.WithExcluded("/metrics"),
		httpinstr.WithActor(func(r *http.Request) eventctx.Actor { return eventctx.Actor{UserID: r.Header.Get("X-User")} }),
	)(mux)

	request := httptest.NewRequest(http.MethodGet, "/orders/17", nil)
	request.Header.Set("X-User", "u-17")
	handler.ServeHTTP(httptest.NewRecorder(), request)
	// Output:
	// user: u-17
	// recorded: request
}

// A router that is not net/http's says which route it matched.
func ExampleSetRoute() {
	router := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		httpinstr.SetRoute(r.Context(), "/orders/:id")
	})
	httpinstr.Middleware(printer{}, "shop")(router).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/orders/17", nil))
	// Output: recorded: request
}
