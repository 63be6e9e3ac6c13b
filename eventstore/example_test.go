// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// What one process accepts while its sink is out, the next one delivers.
func Example() {
	dir, err := os.MkdirTemp("", "otelanalytics")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	first, err := eventstore.Open(ctx, out{}, eventstore.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := first.Append(ctx, loggedIn("u-17"), eventstore.AckSynced)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("safe from power loss:", receipt.Wait(ctx) == nil)
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	fmt.Println("pending:", errors.Is(first.Shutdown(short), eventstore.ErrPending))

	sink := memsink.New()
	second, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("delivered:", second.Shutdown(ctx) == nil)
	for _, e := range sink.Events() {
		fmt.Println(e.Type)
	}
	// Output:
	// safe from power loss: true
	// pending: true
	// delivered: true
	// user_logged_in
}

// out is a sink that takes nothing.
type out struct{}

func (out) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("out of order")
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
