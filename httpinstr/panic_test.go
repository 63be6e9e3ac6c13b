// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"net/http"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

func TestPanics(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/before", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/after", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/invalid", func(w http.ResponseWriter, _ *http.Request) {
		defer func() {
			recover() // net/http's own
			panic(http.ErrAbortHandler)
		}()
		w.WriteHeader(1000)
	})
	actor := func(r *http.Request) eventctx.Actor {
		if r.URL.Path == "/actor" {
			panic(http.ErrAbortHandler)
		}
		return eventctx.Actor{}
	}
	for _, c := range []struct {
		path, endpoint string
		status         int32
	}{
		{"/before", "/before", 500},
		{"/after", "/after", 202},
		{"/invalid", "/invalid", 500},
		{"/actor", "unmatched", 500},
	} {
		t.Run(c.path, func(t *testing.T) {
			rec, server := site(t, mux, false, httpinstr.WithActor(actor))
			req, _ := http.NewRequest(http.MethodGet, server.URL+c.path, nil)
			if resp, err := server.Client().Do(req); err == nil {
				resp.Body.Close()
				if c.status == 500 {
					t.Error("the panic was not passed on")
				}
			}
			if got := rec.take(t, 1)[0]; got.Status != c.status || got.Endpoint != c.endpoint {
				t.Errorf("%+v, want %s with %d", got, c.endpoint, c.status)
			}
		})
	}
}
