// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"math"
	"strconv"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestEveryHistogramHasAScaleOfPrometheus records the least and the largest double, with bounds that a map can have and
// with those below them.
func TestEveryHistogramHasAScaleOfPrometheus(t *testing.T) {
	if strconv.IntSize == 32 {
		t.Skip("the OpenTelemetry SDK's exponential histograms are not for 32 bits")
	}
	const least = -4 // of Prometheus' native histograms
	for _, c := range []struct {
		size, scale int
		within      bool
	}{
		{minMaxSize, maxMaxScale, true},
		{minMaxSize, minMaxScale, true},
		{minMaxSize - 1, maxMaxScale, false},
		{minMaxSize, minMaxScale - 1, false},
	} {
		if got := recordedScale(t, c.size, c.scale); (got >= least) != c.within {
			t.Errorf("max_size %d, max_scale %d: a histogram of all doubles has the scale %d", c.size, c.scale, got)
		}
	}
}

func recordedScale(t *testing.T, size, scale int) int {
	t.Helper()
	reader := sdkmetric.NewManualReader()
	view := sdkmetric.NewView(sdkmetric.Instrument{Name: "*"}, sdkmetric.Stream{
		Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: int32(size), MaxScale: int32(scale)},
	})
	h, err := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithView(view)).Meter("test").Float64Histogram("h")
	if err != nil {
		t.Fatal(err)
	}
	h.Record(t.Context(), math.SmallestNonzeroFloat64)
	h.Record(t.Context(), math.MaxFloat64)
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	return int(all.ScopeMetrics[0].Metrics[0].Data.(metricdata.ExponentialHistogram[float64]).DataPoints[0].Scale)
}
