// SPDX-License-Identifier: Apache-2.0

package queuetest

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Event returns an event of type e with a random id. Its document has the id and fields.
func Event(t testing.TB, fields ...bson.E) eventstore.Event {
	t.Helper()
	id := uuid.New()
	doc, err := bson.Marshal(append(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}}, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "e", Document: doc}
}

// Batch returns n events as Event does. Each has its index in the field n, behind fields.
func Batch(t testing.TB, n int, fields ...bson.E) []eventstore.Event {
	t.Helper()
	events := make([]eventstore.Event, n)
	for i := range events {
		events[i] = Event(t, append(slices.Clone(fields), bson.E{Key: "n", Value: i})...)
	}
	return events
}
