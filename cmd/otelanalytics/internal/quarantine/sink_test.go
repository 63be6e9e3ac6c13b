// SPDX-License-Identifier: Apache-2.0

package quarantine_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
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
		{[]string{"list", "--sink", "copy", dir}, 0, "ReplayOfSink"},
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
