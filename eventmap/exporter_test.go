// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// The names that collisions are looked for in must be the exporter's, whatever release of it is built.
func TestPrometheusNamesAreTheExporters(t *testing.T) {
	for _, instrument := range []Instrument{Counter, UpDownCounter, Gauge, Histogram, ExponentialHistogram, Unique} {
		for _, name := range []string{"a", "a.b-c/d_e", "a_total", "total", "a__b", "a.seconds", "a_ratio", "A1"} {
			for _, unit := range []string{"", "1", "s", "ms", "By", "By/s", "{login}", "{a}/s", "%", "KiBy", "m/s", "weird unit/h", "a_b"} {
				m := &Metric{Name: name, Instrument: instrument, Unit: unit, Number: Int}
				want := exportedName(t, m)
				got, err := prometheusName(m)
				if err != nil || got != want {
					t.Errorf("%s %s in %q: %q, %v; the exporter says %q", instrument, name, unit, got, err, want)
				}
			}
		}
	}
}

// exportedName records once and looks at the page.
func exportedName(t *testing.T, m *Metric) string {
	t.Helper()
	registry := prometheus.NewRegistry()
	reader, err := otelprom.New(otelprom.WithRegisterer(registry), otelprom.WithoutTargetInfo())
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	exponential := sdkmetric.NewView(sdkmetric.Instrument{Name: "*", Kind: sdkmetric.InstrumentKindHistogram},
		sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}})
	options := []sdkmetric.Option{sdkmetric.WithReader(reader)}
	if m.Instrument == ExponentialHistogram {
		options = append(options, sdkmetric.WithView(exponential))
	}
	meter := sdkmetric.NewMeterProvider(options...).Meter("test")
	switch m.Instrument {
	case Counter:
		var c metric.Int64Counter
		if c, err = meter.Int64Counter(m.Name, metric.WithUnit(m.Unit)); err == nil {
			c.Add(ctx, 1)
		}
	case UpDownCounter:
		var c metric.Int64UpDownCounter
		if c, err = meter.Int64UpDownCounter(m.Name, metric.WithUnit(m.Unit)); err == nil {
			c.Add(ctx, 1)
		}
	case Gauge, Unique:
		var g metric.Int64Gauge
		if g, err = meter.Int64Gauge(m.Name, metric.WithUnit(m.Unit)); err == nil {
			g.Record(ctx, 1)
		}
	case Histogram, ExponentialHistogram:
		var h metric.Int64Histogram
		if h, err = meter.Int64Histogram(m.Name, metric.WithUnit(m.Unit)); err == nil {
			h.Record(ctx, 1)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil || len(families) != 1 {
		t.Fatalf("%+v: %d families, %v", m, len(families), err)
	}
	return families[0].GetName()
}

// What the loader takes for a valid name, the SDK must take too.
func TestMetricNamesAreTheSDKs(t *testing.T) {
	meter := sdkmetric.NewMeterProvider().Meter("test")
	names := []string{"a", "A", "a1", "a_b.c-d/e", "1a", "_a", ".a", "a b", "a:b", "é", "aé", strings.Repeat("a", 255), strings.Repeat("a", 256)}
	for c := rune(1); c < 0x100; c++ {
		if c >= 0x20 && (c < 0x7f || c >= 0xa0) { // YAML reads no other
			names = append(names, "a"+string(c))
		}
	}
	for _, name := range names {
		_, sdk := meter.Int64Counter(name)
		_, own := Parse(fmt.Appendf(nil, "version: 1\nmetrics:\n  ? %q\n  : {instrument: counter}\n", name))
		if (sdk == nil) != (own == nil) {
			t.Errorf("%q: the SDK says %v, the map %v", name, sdk, own)
		}
	}
}
