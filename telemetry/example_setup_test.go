// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// With nothing set, metrics are on the handler. OTEL_METRICS_EXPORTER=otlp would send them to a collector instead.
func ExampleSetup() {
	ctx := context.Background()
	m, err := eventmap.Parse([]byte(`
version: 1
metrics: {visits: {instrument: counter, attributes: {page: {values: [home, cart]}}}}
events: {visited: {record: [{metric: visits}]}}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	tel, err := telemetry.Setup(ctx, telemetry.WithEventMap(m), telemetry.WithServiceName("shop"))
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(tel.MeterProvider()),
		otelanalytics.WithLoggerProvider(tel.LoggerProvider()), otelanalytics.WithResource(tel.Resource()))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := client.Track(ctx, otelanalytics.Event{Type: "visited", Data: map[string]any{"page": "home"}}); err != nil {
		fmt.Println(err)
	}

	w := httptest.NewRecorder()
	tel.MetricsHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, `visits_total{page="home"}`) {
			fmt.Print(line)
		}
	}
	if err := client.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	if err := tel.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	// Output: visits_total{page="home"} 1
}
