// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestConsole reads what the console has of all three signals.
func TestConsole(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, name := range []string{"console", "stdout"} {
		environment(t, map[string]string{"OTEL_METRICS_EXPORTER": name, "OTEL_LOGS_EXPORTER": name, "OTEL_TRACES_EXPORTER": name})
		var out servicetest.Log
		tel, end := setup(t, telemetry.WithStdout(&out))
		if status, text := page(t, tel.MetricsHandler()); status != http.StatusNotFound || !strings.Contains(text, "OTEL_METRICS_EXPORTER") {
			t.Errorf("status %d: %s", status, text)
		}
		end()
		var metrics, spans, logs int
		for d := json.NewDecoder(strings.NewReader(out.String())); d.More(); {
			var object struct {
				ScopeMetrics []struct {
					Metrics []struct {
						Name string
						Data struct{ DataPoints []struct{ Value any } }
					}
				}
				EventName   string
				Name        string
				SpanContext struct{ SpanID string }
			}
			if err := d.Decode(&object); err != nil {
				t.Fatal(err)
			}
			switch {
			case object.EventName == "visited":
				logs++
			case object.Name == "visit" && object.SpanContext.SpanID != "":
				spans++
			}
			for _, s := range object.ScopeMetrics {
				for _, m := range s.Metrics {
					if m.Name != "visits" {
						continue
					}
					for _, p := range m.Data.DataPoints {
						if p.Value == 3.0 {
							metrics++
						}
					}
				}
			}
		}
		if metrics != 1 || spans != 1 || logs != 3 {
			t.Errorf("%s: %d series of 3 visits, %d spans, %d events:\n%s", name, metrics, spans, logs, out.String())
		}
	}
}
