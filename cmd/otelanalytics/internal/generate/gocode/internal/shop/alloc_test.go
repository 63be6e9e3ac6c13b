// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package shop_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode/internal/shop"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// TestTypedCodeAllocatesNothing holds after warm-up, with the journal and the metrics included.
func TestTypedCodeAllocatesNothing(t *testing.T) {
	events, err := shop.New(client(t, true))
	if err != nil {
		t.Fatal(err)
	}
	tags, order := []any{"a", 1, nil}, completed()
	order.Items[1].Parts, order.Source = order.Items[1].Parts[:1], "web"
	for _, test := range []struct {
		name string
		call func() error
	}{
		{"track", func() error { return events.UserLoggedIn.Track(t.Context(), login) }},
		{"array", func() error {
			return events.UserLoggedIn.Track(t.Context(), shop.UserLoggedIn{AuthMethod: shop.AuthMethodJWT, Tags: tags})
		}},
		{"rules", func() error { return events.OrderCompleted.Track(t.Context(), order) }},
		{"pattern", func() error {
			return events.OrderAny.Track(t.Context(), shop.OrderAny{Type: "order.paid", Total: shop.OrderAnyTotal{Amount: typed.Float64(3)}})
		}},
		{"record", func() error {
			return events.SeatsTaken.Record(t.Context(), shop.SeatsTaken{Room: shop.Room1, Taken: typed.Int(3)})
		}},
	} {
		allocs := testing.AllocsPerRun(2_000, func() {
			if err := test.call(); err != nil {
				t.Fatal(err)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations a call, want none", test.name, allocs)
		}
	}
}
