// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

func TestServer(t *testing.T) {
	defer goleak.VerifyNone(t)
	prom := filled(t, exporterprom.WithoutRuntimeMetrics())
	server, err := prom.Serve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	fetch := func(method, path string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+server.Addr().String()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	if status, page := fetch(http.MethodGet, "/metrics"); status != http.StatusOK || !strings.Contains(page, `user_logins_total{auth_method="email"} 3`) {
		t.Errorf("status %d, page:\n%s", status, page)
	}
	if status, _ := fetch(http.MethodGet, "/"); status != http.StatusNotFound {
		t.Errorf("another path: status %d", status)
	}
	if status, _ := fetch(http.MethodPost, "/metrics"); status != http.StatusMethodNotAllowed {
		t.Errorf("another method: status %d", status)
	}

	_, err = prom.Serve(server.Addr().String())
	if err == nil || !strings.Contains(err.Error(), server.Addr().String()) {
		t.Errorf("a second server on the address: %v, want an error that names it", err)
	}
	for range 2 {
		if err := server.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	}
	if _, err := client.Get("http://" + server.Addr().String() + "/metrics"); err == nil {
		t.Error("the server answers after its shutdown")
	}
}
