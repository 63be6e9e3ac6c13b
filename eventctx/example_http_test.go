// SPDX-License-Identifier: Apache-2.0

package eventctx_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// A middleware finds out who calls, once; whatever the handlers below it track carries it.
func Example_http() {
	withActor := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := eventctx.WithActor(r.Context(), eventctx.Actor{
				UserID:    r.Header.Get("X-User"), // yours comes from a session or a token
				SessionID: r.Header.Get("X-Session"),
				Platform:  "web",
			})
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
	handler := withActor(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		// client.Track(r.Context(), otelanalytics.Event{Type: "page_viewed"})
		fmt.Printf("%+v\n", eventctx.FromContext(r.Context()))
	}))

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-User", "u-17")
	r.Header.Set("X-Session", "s-1")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	// Output: {UserID:u-17 SessionID:s-1 Platform:web}
}
