// SPDX-License-Identifier: Apache-2.0

package meterprovider_test

import (
	"context"
	"fmt"
	"math"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// The map says which metrics are exponential histograms, and the provider aggregates them so.
func ExampleNew() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  latency: {instrument: exponential_histogram, unit: s, max_size: 132, max_scale: 1}
events:
  page_served: {store: false, record: [{metric: latency, value: seconds}]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	reader := sdkmetric.NewManualReader() // exporterprom's, or any other
	provider := meterprovider.New(m, sdkmetric.WithReader(reader))
	ctx := context.Background()
	client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, seconds := range []float64{0.02, 0.5, 12} {
		if err := client.Record(ctx, "page_served", map[string]any{"seconds": seconds}); err != nil {
			fmt.Println(err)
		}
	}

	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		fmt.Println(err)
		return
	}
	for _, metric := range all.ScopeMetrics[0].Metrics {
		if h, ok := metric.Data.(metricdata.ExponentialHistogram[float64]); ok {
			p := h.DataPoints[0]
			fmt.Printf("%s: %d observations in %d buckets, each %.2f times as wide as the one before\n",
				metric.Name, p.Count, len(p.PositiveBucket.Counts), math.Pow(2, math.Pow(2, -float64(p.Scale))))
		}
	}
	// Output:
	// latency: 3 observations in 20 buckets, each 1.41 times as wide as the one before
}
