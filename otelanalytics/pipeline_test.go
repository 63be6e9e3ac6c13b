// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// checkOnce checks that exactly n events of the kind were accepted.
func checkOnce(t *testing.T, rec *analyticstest.Recorder, k kind, n int) {
	t.Helper()
	if got := rec.Delta(k.metric); got != float64(n) {
		t.Errorf("%v events recorded, want %d", got, n)
	}
	stored := 0
	if k.stored {
		stored = n
		if got := len(rec.Events(k.eventType)); got != stored {
			t.Errorf("%d events stored, want %d", got, stored)
		}
	}
}

func TestAcceptedThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		kept, log := withLog()
		rec := analyticstest.New(t, parse(t), log)
		ctx := eventctx.WithActor(t.Context(), eventctx.Actor{UserID: "of the context", SessionID: "s", Platform: "web"})
		e := k.event("")
		e.UserID = ""
		var o otelanalytics.Outcome
		if err := d.track(ctx, rec.Client, e, otelanalytics.WithOutcome(&o)); err != nil {
			t.Fatal(err)
		}
		checkOnce(t, rec, k, 1)
		if o.Result != k.accepted() || o.ID == (otelanalytics.EventID{}) {
			t.Errorf("outcome %+v", o)
		}
		records := kept.named(k.eventType)
		if len(records) != 1 {
			t.Fatalf("%d log records, want 1", len(records))
		}
		if got := attributes(records[0])["otelanalytics.event.id"]; got != o.ID.String() {
			t.Errorf("the log record has the id %s, and the outcome %s", got, o.ID)
		}
		if !k.stored {
			return
		}
		stored := rec.Events(k.eventType)[0]
		if _, id := stored.Document.Lookup("_id").Binary(); string(id) != string(o.ID[:]) {
			t.Errorf("the document has the id %x, and the outcome %s", id, o.ID)
		}
		if stored.UserID != "of the context" || stored.SessionID != "s" || stored.Platform != "web" || (stored.Module == "m") != strings.HasPrefix(d.name, "Module") {
			t.Errorf("stored %+v", stored)
		}
	})
}

func TestClosedThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		if err := rec.Client.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.track(t.Context(), rec.Client, k.event("")); !errors.Is(err, otelanalytics.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
		checkOnce(t, rec, k, 0)
	})
}

func TestNopThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		o := otelanalytics.Outcome{Result: otelanalytics.ResultDuplicate}
		if err := d.track(t.Context(), otelanalytics.NewNop(), k.event(""), otelanalytics.WithOutcome(&o)); err != nil || o != (otelanalytics.Outcome{}) {
			t.Errorf("%v, outcome %v", err, o)
		}
	})
}

func TestWithoutMetricsThroughEveryDoor(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		if err := d.track(t.Context(), rec.Client, k.event(""), otelanalytics.WithoutMetrics()); err != nil {
			t.Fatal(err)
		}
		if got := rec.Delta(k.metric); got != 0 {
			t.Errorf("%v events recorded", got)
		}
		for _, e := range rec.Events("") {
			if !e.WithoutMetrics {
				t.Errorf("the document of %s does not say so", e.Type)
			}
		}
	})
}
