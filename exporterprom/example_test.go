// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

func Example() {
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	if err != nil {
		fmt.Println(err)
		return
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()))
	logins, err := provider.Meter("shop").Int64Counter("user_logins")
	if err != nil {
		fmt.Println(err)
		return
	}
	logins.Add(context.Background(), 2)

	w := httptest.NewRecorder()
	prom.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "user_logins_total") {
			fmt.Print(line)
		}
	}
	// Output: user_logins_total 2
}
