// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"log/slog"
	"testing"
	"testing/synctest"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestOversize: events that are too large go to quarantine, each with its reason. Those around them are stored.
func TestOversize(t *testing.T) {
	const journal = 12 << 20
	for _, test := range []struct {
		name        string
		sizes       []int // of the documents
		quarantined int
	}{
		{"among sound ones", []int{100, journal, 100}, 1},
		{"alone", []int{journal}, 1},
		{"larger than a document of MongoDB", []int{100, eventstore.MaxDocumentBytes + 1, 100}, 1},
		{"several", []int{journal, 100, eventstore.MaxDocumentBytes + 1}, 2},
		{"sound ones", []int{100, 1 << 20, 100}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var events []eventstore.Event
				for i, size := range test.sizes {
					e := eventstore.Event{ID: [16]byte{byte(i + 1)}, Type: "e"}
					padding := make([]byte, size)
					document, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: e.ID[:]}}, {Key: "padding", Value: padding}})
					if err != nil {
						t.Fatal(err)
					}
					e.Document = document
					events = append(events, e)
				}
				sink := &failing{errs: make(chan error, 1)}
				store, err := eventstore.Open(t.Context(), sink, eventstore.Config{
					Storage: eventstore.Memory, MemoryBytes: journal, Logger: slog.New(slog.DiscardHandler),
				})
				if err != nil {
					t.Fatal(err)
				}
				b := &handed{events: events, became: make(chan string, 1), extended: make(chan struct{}, 1)}
				if got := became(t, store, b); got != "acknowledged" {
					t.Errorf("the batch was %s", got)
				}
				if n := len(sink.Events()); n != len(events)-test.quarantined {
					t.Errorf("%d events are stored, want %d", n, len(events)-test.quarantined)
				}
				if n := store.Stats().Quarantined[eventstore.QuarantineKey{Type: "e", Reason: tooLarge}]; n != int64(test.quarantined) {
					t.Errorf("quarantined: %v, want %d", store.Stats().Quarantined, test.quarantined)
				}
			})
		})
	}
}
