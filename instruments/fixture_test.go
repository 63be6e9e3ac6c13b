// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// fixture is a set with a reader that sees what an exporter would.
type fixture struct {
	t      *testing.T
	set    *instruments.Set
	reader *sdkmetric.ManualReader
}

func newFixture(t *testing.T, yaml string) *fixture {
	t.Helper()
	m, err := eventmap.Parse([]byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	set, err := instruments.New(m, provider.Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{t, set, reader}
}

// record records fields given by path.
func (f *fixture) record(eventType string, fields map[string]instruments.Value) {
	e, ok := f.set.EventType(eventType)
	if !ok {
		f.t.Errorf("no event type %s", eventType)
		return
	}
	values := make([]instruments.Value, len(e.Fields()))
	for i, path := range e.Fields() {
		values[i] = fields[strings.Join(path, ".")]
	}
	if err := e.Record(context.Background(), eventType, values); err != nil {
		f.t.Error(err)
	}
}

// series returns "name{k=v,…}" → value as text.
func (f *fixture) series() map[string]string {
	f.t.Helper()
	var rm metricdata.ResourceMetrics
	if err := f.reader.Collect(context.Background(), &rm); err != nil {
		f.t.Fatal(err)
	}
	all := make(map[string]string)
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				points(all, m.Name, d.DataPoints)
			case metricdata.Sum[float64]:
				points(all, m.Name, d.DataPoints)
			case metricdata.Gauge[int64]:
				points(all, m.Name, d.DataPoints)
			case metricdata.Gauge[float64]:
				points(all, m.Name, d.DataPoints)
			case metricdata.Histogram[int64]:
				histograms(all, m.Name, d.DataPoints)
			case metricdata.Histogram[float64]:
				histograms(all, m.Name, d.DataPoints)
			default:
				f.t.Fatalf("%s: unexpected %T", m.Name, d)
			}
		}
	}
	return all
}

func points[N int64 | float64](all map[string]string, name string, list []metricdata.DataPoint[N]) {
	for _, p := range list {
		all[identity(name, p.Attributes)] = fmt.Sprint(p.Value)
	}
}

func histograms[N int64 | float64](all map[string]string, name string, list []metricdata.HistogramDataPoint[N]) {
	for _, p := range list {
		all[identity(name, p.Attributes)] = fmt.Sprint(p.Sum, p.Bounds, p.BucketCounts)
	}
}

func identity(name string, set attribute.Set) string {
	parts := make([]string, 0, set.Len())
	for _, kv := range set.ToSlice() {
		parts = append(parts, string(kv.Key)+"="+kv.Value.String())
	}
	return name + "{" + strings.Join(parts, ",") + "}"
}

// expect compares the series whose identities start with prefix.
func (f *fixture) expect(prefix string, want map[string]string) {
	f.t.Helper()
	got := make(map[string]string)
	for name, v := range f.series() {
		if strings.HasPrefix(name, prefix) {
			got[name] = v
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("%s: (-want +got)\n%s", prefix, diff)
	}
}
