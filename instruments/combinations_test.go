// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// alike has metrics whose attributes differ from those of the first in one thing each.
const alike = `
version: 1
metrics:
  first: {instrument: counter, attributes: {a: {values: [x, y], default: z}, b: {values: [x]}}}
  same: {instrument: gauge, attributes: {a: {values: [x, y], default: z}, b: {values: [x]}}}
  other_order: {instrument: counter, attributes: {b: {values: [x]}, a: {values: [x, y], default: z}}}
  other_default: {instrument: counter, attributes: {a: {values: [x, y], default: w}, b: {values: [x]}}}
  other_values: {instrument: counter, attributes: {a: {values: [x, v], default: z}, b: {values: [x]}}}
  other_place: {instrument: counter, attributes: {a: {values: [x], default: z}, b: {values: [y, x]}}}
  joined: {instrument: counter, attributes: {a: {values: [xy], default: z}, b: {values: [x]}}}
  limited: {instrument: counter, attributes: {a: {limit: 2, default: z}, b: {values: [x]}}}
  limited_too: {instrument: counter, attributes: {a: {limit: 2, default: z}, b: {values: [x]}}}
`

func attributesOf(option metric.AddOption) attribute.Set {
	return metric.NewAddConfig([]metric.AddOption{option}).Attributes()
}

func TestMetricsOfTheSameAttributesShareSets(t *testing.T) {
	m, err := eventmap.Parse([]byte(alike))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(m, sdkmetric.NewMeterProvider().Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	first := s.metrics["first"].space.shared
	for _, c := range []struct {
		metric string
		shares bool
	}{
		{"same", true},
		{"other_order", false},
		{"other_default", false},
		{"other_values", false},
		{"other_place", false},
		{"joined", false},
		{"limited", false},
	} {
		t.Run(c.metric, func(t *testing.T) {
			other := s.metrics[c.metric].space
			if shares := len(other.shared) > 0 && &other.shared[0] == &first[0]; shares != c.shares {
				t.Errorf("it shares sets with the first metric: %v, want %v", shares, c.shares)
			}
			for key := range uint64(len(other.shared)) {
				found, _ := other.at(key)
				if got, want := attributesOf(found.add[0]), attributesOf(other.option(key)); !got.Equals(&want) {
					t.Errorf("key %d has the attributes %v, want %v", key, got.ToSlice(), want.ToSlice())
				}
			}
		})
	}
	if s.metrics["limited_too"].space.shared != nil {
		t.Error("values that come later are shared")
	}
}

func TestCombinationsAreMadeAtOnce(t *testing.T) {
	m, err := eventmap.Parse([]byte(alike))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(m, sdkmetric.NewMeterProvider().Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, name := range []string{"first", "same"} {
		for range 4 {
			all.Go(func() {
				space := s.metrics[name].space
				for key := range uint64(len(space.shared)) {
					found, within := space.at(key)
					if got, want := attributesOf(found.add[0]), attributesOf(space.option(key)); !within || !got.Equals(&want) {
						t.Errorf("%s has the attributes %v for key %d, want %v", name, got.ToSlice(), key, want.ToSlice())
					}
				}
			})
		}
	}
	all.Wait()
}
