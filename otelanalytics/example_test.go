// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Without a store, a client updates metrics and keeps nothing; with otelanalytics.WithStore, the same call
// also keeps the event.
func Example() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  user_logins:
    instrument: counter
    description: Total number of user logins.
    attributes:
      auth_method: {values: [email, google], default: unknown}
events:
  user_logged_in:
    record: [{metric: user_logins}]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()))
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Shutdown(ctx)

	err = client.Track(ctx, otelanalytics.Event{
		Type:   "user_logged_in",
		UserID: "u-17",
		Data:   map[string]any{"auth_method": "email"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	w := httptest.NewRecorder()
	prom.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "user_logins_total") {
			fmt.Print(line)
		}
	}
	// Output:
	// user_logins_total{auth_method="email"} 1
	// user_logins_total{auth_method="google"} 0
	// user_logins_total{auth_method="unknown"} 0
}
