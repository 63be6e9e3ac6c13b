// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestOutcomes asks a batch for the outcomes of its events.
func TestOutcomes(t *testing.T) {
	rec := analyticstest.New(t, parse(t), otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool { return e.UserID != "bot" }))
	outcomes := make([]otelanalytics.Outcome, 9)
	var first otelanalytics.Outcome
	err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{
		{Type: "request", Key: "a"}, {Type: "request", Key: "a"}, {Type: "page_viewed", UserID: "bot"}, {Type: "page_viewed", Data: 5}, {Type: "page_viewed"},
	}, otelanalytics.WithOutcomes(&outcomes), otelanalytics.WithOutcome(&first))
	if err == nil {
		t.Error("the event 3 was accepted")
	}
	var got []string
	for _, o := range outcomes {
		got = append(got, o.Result.String())
		if (o.ID == otelanalytics.EventID{}) != (o.Result == otelanalytics.ResultDropped || o.Result == otelanalytics.ResultNone) {
			t.Errorf("the id of an event that is %v is %v", o.Result, o.ID)
		}
	}
	if want := "recorded duplicate dropped none accepted"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
	if first != outcomes[0] || outcomes[0].ID != outcomes[1].ID {
		t.Errorf("first %v, all %v", first, outcomes)
	}
	// With the options of one event.
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}, otelanalytics.WithOutcomes(&outcomes)); err != nil || len(outcomes) != 1 {
		t.Errorf("%v, %d outcomes of one event", err, len(outcomes))
	}
	if err := rec.Client.TrackBatch(t.Context(), nil, otelanalytics.WithOutcomes(&outcomes), otelanalytics.WithOutcome(&first)); err != nil || len(outcomes) != 0 || first != (otelanalytics.Outcome{}) {
		t.Errorf("%v, outcomes %v and %v of no event", err, outcomes, first)
	}
}
