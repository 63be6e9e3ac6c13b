// SPDX-License-Identifier: Apache-2.0

package meterprovider_test

import (
	"fmt"
	"strconv"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// overflow is the attribute of the series into which the SDK merges what is beyond its limit.
const overflow = "otel.metric.overflow"

// TestLimitLeavesBoundsToTheMap tracks values up to a metric's max_series and beyond it: all within it have a series of
// their own, those beyond it are "other", and the SDK's own overflow series is not there.
func TestLimitLeavesBoundsToTheMap(t *testing.T) {
	for _, c := range []struct {
		name               string
		maxSeries, tracked int
		options            []sdkmetric.Option
		series             int
		overflowed, others bool
		plain              bool // a provider of the SDK alone
	}{
		{name: "below the SDK's limit", maxSeries: 1900, tracked: 1500, series: 1500},
		{name: "above the SDK's limit", maxSeries: 5000, tracked: 2500, series: 2500},
		{name: "beyond max_series", maxSeries: 3000, tracked: 3500, series: 3000, others: true},
		{name: "a limit of the caller's takes precedence", maxSeries: 5000, tracked: 2500, options: []sdkmetric.Option{sdkmetric.WithCardinalityLimit(100)}, series: 100, overflowed: true},
		{name: "a provider without the options", plain: true, maxSeries: 5000, tracked: 2500, series: 2000, overflowed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := eventmap.Parse(fmt.Appendf(nil, `
version: 1
metrics:
  visits:
    instrument: counter
    max_series: %[1]d
    attributes: {page: {limit: %[1]d}}
events:
  visited: {store: false, record: [{metric: visits}]}
`, c.maxSeries))
			if err != nil {
				t.Fatal(err)
			}
			reader := sdkmetric.NewManualReader()
			options := append(c.options, sdkmetric.WithReader(reader))
			newProvider := func(m *eventmap.Map, options ...sdkmetric.Option) *sdkmetric.MeterProvider {
				return sdkmetric.NewMeterProvider(options...)
			}
			if !c.plain {
				newProvider = meterprovider.New
			}
			provider := newProvider(m, options...)
			client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider))
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.tracked {
				if err := client.Record(t.Context(), "visited", map[string]any{"page": "p" + strconv.Itoa(i)}); err != nil {
					t.Fatal(err)
				}
			}
			var got metricdata.ResourceMetrics
			if err := reader.Collect(t.Context(), &got); err != nil {
				t.Fatal(err)
			}
			points := sum(t, got, "visits")
			var total int64
			var overflowed, others bool
			series := 0
			for _, p := range points {
				total += p.Value
				if _, ok := p.Attributes.Value(overflow); ok {
					overflowed = true
				}
				page, _ := p.Attributes.Value("page")
				others = others || page.AsString() == "other"
				if p.Value > 0 {
					series++
				}
			}
			if total != int64(c.tracked) || overflowed != c.overflowed || others != c.others {
				t.Errorf("%d events in %d series, overflow %v, other %v; want %d events, overflow %v, other %v",
					total, len(points), overflowed, others, c.tracked, c.overflowed, c.others)
			}
			if series < c.series-1 || series > c.series+1 {
				t.Errorf("%d series, want about %d", series, c.series)
			}
		})
	}
}

func sum(t *testing.T, all metricdata.ResourceMetrics, name string) []metricdata.DataPoint[int64] {
	t.Helper()
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if s, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == name {
				return s.DataPoints
			}
		}
	}
	t.Fatalf("%s was not collected", name)
	return nil
}

// TestLimitLeavesRoomForOwnMetrics: a client with more events than the SDK's limit has a series of its own metrics for each
// event, and each reason.
func TestLimitLeavesRoomForOwnMetrics(t *testing.T) {
	const events = 2_500
	text := "version: 1\nevents:\n"
	for i := range events {
		text += fmt.Sprintf("  e%d: {}\n", i)
	}
	m := servicetest.Map(t, text)
	reader := sdkmetric.NewManualReader()
	provider := meterprovider.New(m, sdkmetric.WithReader(reader))
	rejected, err := provider.Meter("test").Int64Counter("rejected")
	if err != nil {
		t.Fatal(err)
	}
	const reasons = 8 // of events.rejected
	for i := range events + 1 {
		for j := range reasons {
			rejected.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("event_type", i), attribute.Int("reason", j)))
		}
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	if n := len(all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints); n != (events+1)*reasons {
		t.Errorf("%d series, want %d", n, (events+1)*reasons)
	}
}
