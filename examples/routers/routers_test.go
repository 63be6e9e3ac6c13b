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

func TestRouters(t *testing.T) {
	m, err := eventmap.Parse([]byte(events))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		site  func(httpinstr.Recorder) http.Handler
		route string
	}{"chi": {Chi, "/orders/{id}"}, "gin": {Gin, "/orders/:id"}} {
		t.Run(name, func(t *testing.T) {
			rec := analyticstest.New(t, m)
			server := httptest.NewServer(c.site(rec.Client))
			defer server.Close()
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
