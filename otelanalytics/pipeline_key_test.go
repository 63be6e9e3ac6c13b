// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func TestDuplicatesThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		s := &service{t: t, log: new(servicetest.Log)}
		s.run(otelanalytics.WithStore(&fullAfter{left: 100}))
		for range 3 {
			if err := d.track(t.Context(), s.client, k.event("k")); err != nil {
				t.Error(err)
			}
		}
		s.has(`otelanalytics_events_duplicate_total{event_type="` + entryOf(k.eventType) + `"} 2`)

		kept, log := withLog()
		rec := analyticstest.New(t, parse(t), log)
		var first, second, third otelanalytics.Outcome
		if err := d.track(t.Context(), rec.Client, k.event("k"), otelanalytics.WithOutcome(&first)); err != nil {
			t.Fatal(err)
		}
		if err := d.track(t.Context(), rec.Client, k.event("k"), otelanalytics.WithOutcome(&second)); err != nil {
			t.Error(err)
		}
		bad := k.event("k")
		bad.Data = map[string]any{"a": func() {}}
		if err := d.track(t.Context(), rec.Client, bad, otelanalytics.WithOutcome(&third)); err != nil {
			t.Errorf("a duplicate with bad data: %v", err)
		}
		if first.Result != k.accepted() || second != (otelanalytics.Outcome{ID: first.ID, Result: otelanalytics.ResultDuplicate}) || third != second {
			t.Errorf("outcomes %v, %v, %v", first, second, third)
		}
		checkOnce(t, rec, k, 1)
		if got := len(kept.named(k.eventType)); got != 1 {
			t.Errorf("%d log records, want 1", got)
		}
	})
}

// TestWaitForAKeyThroughEveryDoor tracks an event while another call holds its key.
func TestWaitForAKeyThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		holding, release := make(chan struct{}), make(chan struct{})
		held := make(chan error)
		go func() {
			held <- rec.Client.Track(context.Background(), otelanalytics.Event{Type: k.eventType, Key: "k", UserID: "u", Data: slow{holding, release}})
		}()
		<-holding
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		err := d.track(ctx, rec.Client, k.event("k"))
		close(release)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		if err := <-held; err != nil {
			t.Error(err)
		}
		checkOnce(t, rec, k, 1)
	})
}

// slow are data that are encoded when release is closed.
type slow struct{ begun, release chan struct{} }

func (s slow) AppendBSON(dst []byte) ([]byte, error) {
	close(s.begun)
	<-s.release
	return append(dst, 5, 0, 0, 0, 0), nil
}
