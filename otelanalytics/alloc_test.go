// SPDX-License-Identifier: Apache-2.0

//go:build !race

// The race detector has sync.Pool drop what it is given, so that there is nothing to measure.

package otelanalytics_test

import (
	"strconv"
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

// TestTrackWithAKeyAllocates: a new key costs what the window keeps of it, and one that was seen costs nothing.
func TestTrackWithAKeyAllocates(t *testing.T) {
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: "mongodb://127.0.0.1:1/", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, log: new(servicetest.Log), abandon: true}
	s.run(otelanalytics.WithStore(store))
	const runs = 2_000
	keys := make([]string, runs+1)
	for i := range keys {
		keys[i] = "order-" + strconv.Itoa(i)
	}
	event := otelanalytics.Event{Type: "user_logged_in", UserID: "u-17", Data: map[string]any{"auth_method": "email"}}
	track := func() {
		if err := s.client.Track(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	if allocs := testing.AllocsPerRun(runs, func() { event.Key = keys[n]; n++; track() }); allocs > 2 {
		t.Errorf("%v allocations a new key, want 2: its entry and what others wait on", allocs)
	}
	if allocs := testing.AllocsPerRun(runs, track); allocs != 0 {
		t.Errorf("%v allocations a duplicate, want none", allocs)
	}
}
