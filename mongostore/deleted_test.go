// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// Each deleted event is told of once, before it is gone, those of the quarantine file too.
func TestDeleteTellsIDs(t *testing.T) {
	h := newHousehold(t)
	const stored = 2_300 // several batches
	h.user(t, ada, 0, stored)
	h.user(t, bob, 10_000, 3)
	h.user(t, ada, 10, 2) // quarantined
	flush(t, h.Store)
	told := map[string]int{}
	r, err := h.Delete(t.Context(), ada, mongostore.WithDeleted(func(e mongostore.DeletedEvent) error {
		if e.Time.IsZero() {
			t.Errorf("%+v", e)
		}
		if len(told) == 0 && h.stored(t, ada) != stored {
			t.Error("something was deleted before it was told of")
		}
		told[e.ID]++
		return nil
	}))
	if want := (mongostore.DeleteResult{Stored: stored, Quarantined: 2}); r != want || err != nil {
		t.Errorf("%+v, %v, want %+v", r, err, want)
	}
	if len(told) != stored+2 {
		t.Errorf("%d ids, want %d", len(told), stored+2)
	}
	if h.stored(t, ada) != 0 || h.stored(t, bob) != 3 {
		t.Error("something of the user is left, or something of the other is gone")
	}
}

// An error of the function ends the deletion, in either part of it, and calling again does the rest.
func TestDeleteThatCannotTell(t *testing.T) {
	full := errors.New("disk full")
	for name, failing := range map[string]int{"of MongoDB": 1_500, "of the quarantine file": 1_601} {
		t.Run(name, func(t *testing.T) {
			h := newHousehold(t)
			h.user(t, ada, 0, 1_600)
			h.user(t, ada, 10, 2) // quarantined
			flush(t, h.Store)
			n := 0
			tell := mongostore.WithDeleted(func(mongostore.DeletedEvent) error {
				if n++; n == failing {
					return full
				}
				return nil
			})
			first, err := h.Delete(t.Context(), ada, tell)
			if !errors.Is(err, full) || first.Stored+first.Quarantined > int64(failing) {
				t.Errorf("%+v, %v", first, err)
			}
			second, err := h.Delete(t.Context(), ada, tell)
			if err != nil || first.Stored+second.Stored != 1_600 || first.Quarantined+second.Quarantined != 2 {
				t.Errorf("%+v and %+v, %v", first, second, err)
			}
		})
	}
}

func TestReaderTellsOldIDs(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	object := bson.NewObjectID()
	if _, err := db.Collection(mongostore.DefaultCollection).InsertMany(t.Context(), []any{
		bson.D{{Key: "_id", Value: object}, {Key: "user_id", Value: ada}, {Key: "trace_id", Value: "0af7651916cd43dd8448eb211c80319c"}},
		bson.D{{Key: "_id", Value: "a text"}, {Key: "user_id", Value: ada}, {Key: "timestamp", Value: "2026"}},
	}); err != nil {
		t.Fatal(err)
	}
	r, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	told := map[string]mongostore.DeletedEvent{}
	got, err := r.Delete(t.Context(), ada, mongostore.WithDeleted(func(e mongostore.DeletedEvent) error {
		told[e.ID] = e
		return nil
	}))
	if err != nil || got.Stored != 2 || told[object.Hex()].TraceID != "0af7651916cd43dd8448eb211c80319c" || !told["a text"].Time.IsZero() || len(told) != 2 {
		t.Errorf("%+v, %v, %+v", got, err, told)
	}
}
