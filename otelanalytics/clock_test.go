// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestClockStepsBackwards tracks by a clock that goes forward, stands still, and steps back by an hour and by years:
// every id is unique, and every timestamp is what the clock said.
func TestClockStepsBackwards(t *testing.T) {
	s := start(t, mongotest.Start(t))
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	at := noon
	otelanalytics.SetClock(s.client, func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return at
	})
	want := map[string]time.Time{}
	for i, step := range []time.Duration{0, time.Second, 0, -time.Hour, 0, time.Millisecond, -20 * 365 * 24 * time.Hour, 0, 30 * 365 * 24 * time.Hour, -time.Nanosecond} {
		mu.Lock()
		at = at.Add(step)
		mu.Unlock()
		for k := range 50 {
			name := fmt.Sprintf("%d-%d", i, k)
			want[name] = at.Truncate(time.Millisecond)
			e := otelanalytics.Event{Type: "page_viewed", Data: map[string]any{"name": name}}
			var err error
			if k%2 == 0 {
				err = s.client.Track(t.Context(), e)
			} else {
				err = s.client.TrackBatch(t.Context(), []otelanalytics.Event{e})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	ids := map[string]bool{}
	documents := s.documents()
	for _, d := range documents {
		var doc struct {
			ID        bson.Binary `bson:"_id"`
			Timestamp time.Time
			Received  time.Time             `bson:"received_at"`
			Data      struct{ Name string } `bson:"event_data"`
		}
		raw, err := bson.Marshal(d)
		if err == nil {
			err = bson.Unmarshal(raw, &doc)
		}
		if err != nil {
			t.Fatal(err)
		}
		ids[string(doc.ID.Data)] = true
		if at := want[doc.Data.Name]; !doc.Timestamp.Equal(at) || !doc.Received.Equal(at) {
			t.Errorf("%s has the times %v and %v, the clock said %v", doc.Data.Name, doc.Timestamp, doc.Received, at)
		}
	}
	if len(documents) != len(want) || len(ids) != len(want) {
		t.Errorf("%d events, %d documents, %d ids", len(want), len(documents), len(ids))
	}
	s.balanced()
}
