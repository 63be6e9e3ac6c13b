// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestAppendBatch(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	seq := uint64(1)
	for _, ack := range []eventstore.Ack{eventstore.AckWritten, eventstore.AckSynced, eventstore.AckStored} {
		r := addBatch(t, s, batch(t, 50), ack)
		if r.Seq() != seq {
			t.Errorf("%v: sequence number %d, want %d", ack, r.Seq(), seq)
		}
		seq += 50
		for range 2 { // a second wait returns the same
			if err := r.Wait(t.Context()); err != nil {
				t.Errorf("%v: %v", ack, err)
			}
		}
	}
	if n := count(t, db, bson.D{}); n != 150 {
		t.Errorf("%d documents when the last batch is said to be stored, want 150", n)
	}
	if n, r, err := s.AppendBatch(t.Context(), nil, eventstore.AckStored); n != 0 || err != nil || r.Wait(t.Context()) != nil {
		t.Errorf("an empty batch: %d, %v", n, err)
	}
	if st := s.Stats(); st.Accepted != 150 {
		t.Errorf("%+v", st)
	}
	balanced(t, s)
}

// TestBatchWithQuarantinedEvent has one of many refused: who waits for the batch is told, whenever they ask.
func TestBatchWithQuarantinedEvent(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	_, err := db.Collection(mongostore.DefaultCollection).Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "n", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	events := batch(t, 20)
	events[7] = event(t, bson.E{Key: "n", Value: 3})
	r := addBatch(t, s, events, eventstore.AckStored)
	if err := r.Wait(t.Context()); !errors.Is(err, eventstore.ErrQuarantined) {
		t.Errorf("the batch: %v, want ErrQuarantined", err)
	}
	for i, want := range map[uint64]error{6: nil, 7: eventstore.ErrQuarantined, 8: nil, 19: nil} {
		if err := s.Await(r.Seq()+i, eventstore.AckStored).Wait(t.Context()); !errors.Is(err, want) {
			t.Errorf("event %d: %v, want %v", i, err, want)
		}
	}
	balanced(t, s)
}
