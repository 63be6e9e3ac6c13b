// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// many is a store that has something to tell of many types of events.
type many struct {
	sick
	stats eventstore.Stats
}

func (m many) Stats() eventstore.Stats { return m.stats }

// TestSeriesBelowALimitOfTheProvider: with more event types than the provider has series, each collection has the same
// series, and their sum is right.
func TestSeriesBelowALimitOfTheProvider(t *testing.T) {
	const types, limit = 50, 10
	text := "version: 1\nevents:\n"
	stats := eventstore.Stats{Stored: map[string]int64{}, Suppressed: map[string]int64{}, Errors: map[string]int64{}, Quarantined: map[eventstore.QuarantineKey]int64{}}
	for i := range types {
		name := fmt.Sprintf("e%d", i)
		text += "  " + name + ":\n"
		stats.Stored[name], stats.Suppressed[name], stats.Errors[name] = 1, 1, 1
		stats.Quarantined[eventstore.QuarantineKey{Type: "e0", Reason: name}] = 1
	}
	m := servicetest.Map(t, text)
	reader := sdkmetric.NewManualReader()
	if _, err := otelanalytics.New(m, otelanalytics.WithStore(many{stats: stats}),
		otelanalytics.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithCardinalityLimit(limit)))); err != nil {
		t.Fatal(err)
	}
	names := []string{"otelanalytics.events.stored", "otelanalytics.events.suppressed", "otelanalytics.events.quarantined", "otelanalytics.store.errors"}
	first := collected(t, reader, names)
	for _, name := range names {
		sum := int64(0)
		for _, n := range first[name] {
			sum += n
		}
		if len(first[name]) != limit || sum != types {
			t.Errorf("%s has %d series with a sum of %d, want %d and %d", name, len(first[name]), sum, limit, types)
		}
	}
	for range 5 {
		if diff := cmp.Diff(first, collected(t, reader, names)); diff != "" {
			t.Fatalf("another collection has others (-first +this):\n%s", diff)
		}
	}
}

// collected returns the values of metrics by their attributes.
func collected(t *testing.T, reader sdkmetric.Reader, names []string) map[string]map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	series := make(map[string]map[string]int64)
	for _, m := range all.ScopeMetrics[0].Metrics {
		if !slices.Contains(names, m.Name) {
			continue
		}
		series[m.Name] = make(map[string]int64)
		for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
			series[m.Name][fmt.Sprint(p.Attributes.ToSlice())] = p.Value
		}
	}
	return series
}
