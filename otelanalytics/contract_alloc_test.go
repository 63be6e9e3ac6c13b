// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package otelanalytics_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestRulesAllocateNothing where data keep to them. Violations cost little more than the keys of their warnings.
func TestRulesAllocateNothing(t *testing.T) {
	for name, data := range map[string]any{
		"kept":     with("level", 1, "email", "a@b", "items", []any{object{"sku": "a", "quantity": 1}}, "source", "abc", "ok", true, "address", object{"zip": "1"}),
		"violated": with("level", 7, "currency", "CHF", "total", -1),
	} {
		store, err := mongostore.Open(t.Context(), mongostore.Config{URI: "mongodb://127.0.0.1:1/", Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		s := &service{t: t, log: new(servicetest.Log), eventMap: contract(t, "count", "violate"), abandon: true}
		s.run(otelanalytics.WithStore(store))
		event := otelanalytics.Event{Type: "paid", UserID: "u-17", Data: data}
		allocs := testing.AllocsPerRun(2_000, func() {
			if err := s.client.Track(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		})
		if name == "kept" && allocs != 0 || allocs > 10 {
			t.Errorf("%s: %v allocations a call", name, allocs)
		}
	}
}
