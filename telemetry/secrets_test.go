// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestSecretsOfAnEcho sends to a server that repeats in its answer what it was sent, as some do with a key that they
// refuse: neither an error nor the log shows it.
func TestSecretsOfAnEcho(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		http.Error(w, "no such key: "+r.Header.Get("Api-Key"), http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	for name, set := range map[string]func(t *testing.T){
		"variables": func(t *testing.T) {
			environment(t, map[string]string{
				"OTEL_METRICS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": server.URL,
				"OTEL_EXPORTER_OTLP_HEADERS": "x-org=ses,api-key=Key%20sesame",
			})
		},
		"file": func(t *testing.T) {
			file(t, `
file_format: "1.0"
meter_provider: {readers: [{periodic: {exporter: {otlp_http: {endpoint: "`+server.URL+`/v1/metrics", headers: [{name: api-key, value: "${KEY}"}]}}}}]}
tracer_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: "`+server.URL+`/v1/traces", headers_list: "api-key=sesame"}}}}]}
`)
			t.Setenv("KEY", "Key sesame")
		},
	} {
		t.Run(name, func(t *testing.T) {
			set(t)
			var log bytes.Buffer
			tel, _ := setup(t, telemetry.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			for what, err := range map[string]error{"flush": tel.ForceFlush(t.Context()), "shutdown": tel.Shutdown(context.Background())} {
				if err == nil && what == "flush" {
					t.Error("a flush that was refused is no error")
				}
				if err != nil && strings.Contains(err.Error(), "sesame") {
					t.Errorf("%s: %v", what, err)
				}
				otel.Handle(err)
			}
			_ = tel.Shutdown(t.Context()) // waits for the logger
			if !strings.Contains(log.String(), "[redacted]") || strings.Contains(log.String(), "sesame") {
				t.Errorf("the log:\n%s", log.String())
			}
		})
	}
}
