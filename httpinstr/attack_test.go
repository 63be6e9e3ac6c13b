// SPDX-License-Identifier: Apache-2.0

//go:build !race

// A hundred thousand requests take too long with the race detector.

package httpinstr_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/internal/httpbench"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// TestRouteAttack sends a hundred thousand requests over real connections, each with a path, a method and a Host header
// of its own. The page has as many series afterwards as after one request of each kind.
func TestRouteAttack(t *testing.T) {
	s := servicetest.Start(t, servicetest.Config{
		Map: servicetest.Map(t, httpbench.Map), Page: []exporterprom.Option{exporterprom.WithoutRuntimeMetrics()},
	})
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/tree/{id}/", func(http.ResponseWriter, *http.Request) {})
	below := http.NewServeMux()
	below.HandleFunc("/tree/{id}/", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/below/", httpinstr.StripPrefix("/below", below))
	mux.Handle("GET /metrics", s.Page)
	server := httptest.NewServer(httpinstr.Middleware(s.Client, "shop", httpinstr.WithExcluded("/metrics"),
		httpinstr.WithOTelHTTP(otelhttp.WithMeterProvider(s.Provider)))(mux))
	defer server.Close()
	series := func() (n int, requests float64) {
		t.Helper()
		page := servicetest.Scrape(t, server.URL+"/metrics")
		return len(page.Values("")), page.Sum("app_requests_total")
	}
	// send sends requests over one connection, answer by answer.
	send := func(requests []string) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		for _, request := range requests {
			if _, err := io.WriteString(conn, request); err != nil {
				t.Error(err)
				return
			}
			resp, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	request := func(method, path, host string) string {
		return method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n"
	}
	send([]string{
		request("GET", "/orders/1", "shop"), request("GET", "/nowhere", "shop"),
		request("BREW", "/orders/1", "shop"), request("BREW", "/nowhere", "shop"),
		request("CONNECT", "/tree/1", "shop"), request("CONNECT", "/below/tree/1", "shop"),
		request("CONNECT", "/tree//../1", "shop"), request("CONNECT", "/tree/1%2F", "shop"),
	})
	before, _ := series()
	const connections, each = 4, 25_000
	var clients sync.WaitGroup
	for c := range connections {
		clients.Go(func() {
			all := make([]string, each)
			for i := range all {
				n := c*each + i
				method, path := "GET", fmt.Sprintf("/orders/%d", n)
				if i%2 == 1 {
					method = fmt.Sprintf("M%d", n)
				}
				if i%4 >= 2 {
					path = fmt.Sprintf("/attack/%d", n)
				}
				if i%5 == 0 { // net/http redirects to a path of the sender's
					method, path = "CONNECT", fmt.Sprintf([]string{"/tree/%d", "/below/tree/%d", "/tree//../%d", "/tree/%d%%2F"}[i/5%4], n)
				}
				all[i] = request(method, path, fmt.Sprintf("host%d.example.com:%d", n, 1+n%60_000))
			}
			send(all)
		})
	}
	clients.Wait()
	after, requests := series()
	if after != before || requests != connections*each+8 {
		t.Errorf("%d series before, %d after; %v requests counted, want %d", before, after, requests, connections*each+8)
	}
	t.Logf("%d series", after)
}
