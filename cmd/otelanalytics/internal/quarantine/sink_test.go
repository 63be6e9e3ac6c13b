// SPDX-License-Identifier: Apache-2.0

package quarantine_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// picky is a sink that refuses everything.
type picky struct{}

func (picky) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "picky"}
	}
	return verdicts, nil
}

// The quarantine of a sink beside the first is named, and listed on demand.
func TestListOfASink(t *testing.T) {
	dir := t.TempDir()
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: dir, Sinks: []eventstore.SinkConfig{{Name: "copy", Sink: picky{}}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	id := [16]byte{1}
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Append(t.Context(), eventstore.Event{ID: id, Type: "login", Document: doc}, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	if err := store.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"list", dir}, 0, ": 0 events in quarantine\nnote: sink copy has a quarantine of its own; --sink copy lists it\n"},
		{[]string{"list", "--sink", "copy", dir}, 0, ": 1 event in quarantine, of sink copy\n\nEVENT  REASON  COUNT"},
		{[]string{"list", "--sink", "copy", dir}, 0, "quarantine replay --sink copy"},
		{[]string{"list", "--sink", "copy", "-o", "json", "--events", dir}, 0, `"reason": "picky"`},
		{[]string{"list", "--sink", "other", dir}, 0, ": 0 events in quarantine, of sink other\n"},
		{[]string{"list", "--sink", "../x", dir}, 2, `no sink has the name "../x"`},
	} {
		code, out, errs := clitest.Run(t, quarantine.New(), step.args...)
		if code != step.code || !strings.Contains(out+errs, step.text) {
			t.Errorf("%v: exit code %d, want %d and %q in\n%s%s", step.args, code, step.code, step.text, out, errs)
		}
	}
}

// TestReplayOfASink puts back what a sink beside the first refused. MongoDB has the events already, and the service's sink gets them when it runs.
func TestReplayOfASink(t *testing.T) {
	r := newRefusing(t)
	config := r.config
	config.Sinks = []eventstore.SinkConfig{{Name: "copy", Sink: picky{}}}
	open := func() *mongostore.Store {
		t.Helper()
		store, err := mongostore.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	end := func(store *mongostore.Store) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := errors.Join(store.Flush(ctx), store.FlushSinks(ctx), store.Shutdown(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	store := open()
	for number := range 3 {
		r.order(t, store, number)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := store.FlushSinks(ctx); err != nil { // the sink has refused them: without lines there is nothing to replay
		t.Fatal(err)
	}
	if code, _, errs := clitest.Run(t, quarantine.New(), "replay", "--sink", "copy"); code == 0 || !strings.Contains(errs, "in use") {
		t.Errorf("while the service runs: exit code %d\n%s", code, errs)
	}
	end(store)
	for _, step := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"replay", "--sink", "other"}, 2, `has no sink "other"`},
		{[]string{"replay", "--sink", "../x"}, 2, `no sink has the name "../x"`},
		{[]string{"replay", "--sink", "copy"}, 0, "3 events put back, 3 stored (3 were there already)\nsink copy gets them when the service runs"},
		{[]string{"list", "--sink", "copy", r.config.Dir}, 0, ": 0 events in quarantine, of sink copy\n"},
		{[]string{"replay", "--sink", "copy"}, 0, "0 events put back"},
	} {
		code, out, errs := clitest.Run(t, quarantine.New(), step.args...)
		if code != step.code || !strings.Contains(out+errs, step.text) {
			t.Errorf("%v: exit code %d, want %d and %q in\n%s%s", step.args, code, step.code, step.text, out, errs)
		}
	}
	copied := memsink.New()
	config.Sinks[0].Sink = copied
	end(open())
	if n := len(copied.Events()); n != 3 || r.stored(t) != 3 {
		t.Errorf("the sink has %d events, and MongoDB %d", n, r.stored(t))
	}

	// What a sink refused that was taken away stays where it is: nobody would get it.
	config.Sinks[0].Sink = picky{}
	store = open()
	r.order(t, store, 4)
	end(store)
	if _, err := eventstore.RemoveSink(r.config.Dir, "copy"); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := clitest.Run(t, quarantine.New(), "replay", "--sink", "copy"); code != 2 || !strings.Contains(errs, `has no sink "copy"`) {
		t.Errorf("a sink that is gone: exit code %d\n%s", code, errs)
	}
}
