// SPDX-License-Identifier: Apache-2.0

package routers

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const events = `
version: 1
metrics:
  requests: {instrument: counter, attributes: {endpoint: {limit: 10}, status: {limit: 10}}}
events:
  request: {store: false, record: [{metric: requests}]}
`

// sites are the sites of this package, and the route of an order as each router knows it.
var sites = map[string]struct {
	site  func(httpinstr.Recorder) http.Handler
	route string
}{"chi": {Chi, "/orders/{id}"}, "gin": {Gin, "/orders/:id"}}

// serve returns a server of a site, and what it records.
func serve(t *testing.T, site func(httpinstr.Recorder) http.Handler) (*analyticstest.Recorder, *httptest.Server) {
	t.Helper()
	m, err := eventmap.Parse([]byte(events))
	if err != nil {
		t.Fatal(err)
	}
	rec := analyticstest.New(t, m)
	server := httptest.NewServer(site(rec.Client))
	t.Cleanup(server.Close)
	return rec, server
}

func TestRouters(t *testing.T) {
	for name, c := range sites {
		t.Run(name, func(t *testing.T) {
			rec, server := serve(t, c.site)
			for i := range 30 {
				for path, want := range map[string]string{fmt.Sprintf("/orders/%d", i): fmt.Sprint(i), fmt.Sprintf("/nowhere/%d", i): ""} {
					resp, err := http.Get(server.URL + path)
					if err != nil {
						t.Fatal(err)
					}
					text, _ := io.ReadAll(resp.Body)
					resp.Body.Close()
					if want != "" && string(text) != want {
						t.Errorf("%s answers %q", path, text)
					}
				}
			}
			for endpoint, status := range map[string]string{c.route: "200", "unmatched": "404"} {
				if n := rec.Delta("requests", "endpoint", endpoint, "status", status); n != 30 {
					t.Errorf("%v requests of %s with %s, want 30", n, endpoint, status)
				}
			}
		})
	}
}

// A request whose handler panics has its route, behind the recovery of each router.
func TestPanickingRequests(t *testing.T) {
	for name, c := range sites {
		t.Run(name, func(t *testing.T) {
			rec, server := serve(t, c.site)
			req, err := http.NewRequest(http.MethodDelete, server.URL+"/orders/17", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if n := rec.Delta("requests", "endpoint", c.route, "status", "500"); n != 1 || resp.StatusCode != http.StatusInternalServerError {
				t.Errorf("%v requests of %s with 500, want 1; the client got %d", n, c.route, resp.StatusCode)
			}
		})
	}
}
