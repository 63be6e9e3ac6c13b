// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestMetricsThatWouldBeMissing: Setup refuses what would take a metric of the map off the page, wherever it is configured.
func TestMetricsThatWouldBeMissing(t *testing.T) {
	m := servicetest.Map(t, strings.Replace(visits, "page:", "service_name:", 1))
	file := filepath.Join(t.TempDir(), "otel.yaml")
	if err := os.WriteFile(file, []byte(`
file_format: "1.0"
meter_provider:
  readers: [{pull: {exporter: {prometheus/development: {host: 127.0.0.1, port: 0, with_resource_constant_labels: {included: ["service.*"]}}}}}]
`), 0o600); err != nil {
		t.Fatal(err)
	}
	programs := prometheus.NewRegistry()
	programs.MustRegister(prometheus.NewCounter(prometheus.CounterOpts{Name: "visits_total", Help: "Of the program."}))
	const label = "the attribute service_name of the metric visits and the resource's service.name are one label, service_name"
	for _, c := range []struct {
		name      string
		variables map[string]string
		option    telemetry.Option
		want      string
	}{
		{"variable", map[string]string{"OTELANALYTICS_PROMETHEUS_RESOURCE_LABELS": "service.name"}, nil, label},
		{"file", map[string]string{"OTEL_CONFIG_FILE": file}, nil, label},
		{"option", nil, telemetry.WithPrometheus(exporterprom.WithResourceLabels("service.name")), label},
		{"gatherer", nil, telemetry.WithPrometheus(exporterprom.WithGatherer(programs)), "the metric visits is visits_total on the page, and a gatherer has a metric of that name"},
		{"gatherer in a namespace", map[string]string{"OTELANALYTICS_PROMETHEUS_NAMESPACE": "acme"}, telemetry.WithPrometheus(exporterprom.WithGatherer(programs)), ""},
		{"nothing", nil, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			environment(t, c.variables)
			options := []telemetry.Option{telemetry.WithEventMap(m), telemetry.WithServiceName("shop")}
			if c.option != nil {
				options = append(options, c.option)
			}
			tel, err := telemetry.Setup(t.Context(), options...)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				_ = tel.Shutdown(t.Context())
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}
