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

// TestTrackAllocatesNothing holds for the common types, after warm-up, with the metrics included. The writer
// has no MongoDB to write to, so that what is counted is the call's.
func TestTrackAllocatesNothing(t *testing.T) {
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: "mongodb://127.0.0.1:1/", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, log: new(servicetest.Log), abandon: true}
	s.run(otelanalytics.WithStore(store))
	event := otelanalytics.Event{
		Type: "user_logged_in", UserID: "u-17", SessionID: "s-1",
		Data: map[string]any{"auth_method": "email", "n": 3, "ratio": 0.5, "first": true, "tags": []any{"a", nil}},
	}
	ctx := withSpan(t.Context())
	allocs := testing.AllocsPerRun(2_000, func() {
		if err := s.client.Track(ctx, event); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a call, want none", allocs)
	}
}
