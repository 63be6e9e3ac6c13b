// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// A store accepts events while MongoDB is away: here, nothing listens at the address.
func Example() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	store, err := mongostore.Open(ctx, mongostore.Config{URI: "mongodb://127.0.0.1:1/", Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := store.Append(ctx, loggedIn("u-17"), eventstore.AckSynced)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("safe from power loss:", receipt.Wait(ctx) == nil)
	fmt.Println("pending:", store.Stats().Pending)

	ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	fmt.Println("shut down with everything stored:", store.Shutdown(ctx) == nil)
	// Output:
	// safe from power loss: true
	// pending: 1
	// shut down with everything stored: false
}

// loggedIn is an event as package otelanalytics makes it, without the fields that the examples do not need.
func loggedIn(userID string) eventstore.Event {
	id := uuid.New()
	doc, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "user_id", Value: userID},
		{Key: "event_type", Value: "user_logged_in"},
		{Key: "timestamp", Value: time.Now()},
	})
	if err != nil {
		panic(err) // these types can always be encoded
	}
	return eventstore.Event{ID: id, Type: "user_logged_in", Document: doc}
}
