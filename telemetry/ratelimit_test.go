// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

func TestRateLimitOfTheMetricsServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	for _, c := range []struct{ name, text, want string }{
		{"no burst", "rate_limit: {interval: 1s}", "burst is 0, with which every scrape is answered with 429"},
		{"a negative burst", "rate_limit: {interval: 1s, burst: -1}", "burst is -1"},
		{"no interval", "rate_limit: {burst: 5}", "interval is 0s, which limits nothing"},
		{"an empty limit", "rate_limit: {}", "interval is 0s"},
		{"both", "rate_limit: {interval: 1s, burst: 5}", ""},
		{"none", "http_server_config: {http2: true}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			environment(t, map[string]string{"OTELANALYTICS_PROMETHEUS_WEB_CONFIG": file, "OTEL_EXPORTER_PROMETHEUS_PORT": "0", "OTEL_EXPORTER_PROMETHEUS_HOST": "127.0.0.1"})
			tel, err := telemetry.Setup(t.Context())
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), "OTELANALYTICS_PROMETHEUS_WEB_CONFIG") || !strings.Contains(err.Error(), c.want) ||
					!strings.Contains(err.Error(), "rate_limit: {interval: 1s, burst: 10}") {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer tel.Shutdown(t.Context())
			resp, err := http.Get("http://" + tel.MetricsAddr().String() + "/metrics")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("the first scrape is answered with %d", resp.StatusCode)
			}
		})
	}
}
