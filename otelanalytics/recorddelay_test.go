// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestPageHasItsClockAndTheLongestDelay moves the clock between acceptance and recording.
func TestPageHasItsClockAndTheLongestDelay(t *testing.T) {
	began := time.Now()
	s := start(t, mongotest.Start(t))
	now := time.Date(2026, 11, 25, 12, 0, 0, 250_000_000, time.UTC)
	steps := []time.Duration{0, 0}
	otelanalytics.SetClock(s.client, func() time.Time {
		if len(steps) > 0 {
			now, steps = now.Add(steps[0]), steps[1:]
		}
		return now
	})
	for _, took := range []time.Duration{time.Second, 3 * time.Second, 2 * time.Second} {
		steps = []time.Duration{0, took}
		if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); err != nil {
			t.Fatal(err)
		}
	}
	steps = nil
	page := servicetest.Read(t, s.Page)
	if start := page.Sum("otelanalytics_start_seconds"); start < float64(began.UnixMilli())/1000 || start > float64(time.Now().UnixMilli()+1)/1000 {
		t.Errorf("it began at %v, want between %v and now", start, began)
	}
	if delay := page.Sum("otelanalytics_record_delay_seconds"); delay != 3 {
		t.Errorf("the longest delay is %v, want 3", delay)
	}
	if clock := page.Sum("otelanalytics_clock_seconds"); clock != float64(now.UnixMilli())/1000 {
		t.Errorf("the clock is %v, want %v", clock, now)
	}
}
