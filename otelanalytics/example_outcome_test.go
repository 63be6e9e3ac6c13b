// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// WithOutcome tells whether an event is new or a duplicate. The ID is the _id of its document in MongoDB, and
// events with the same Key have the same one.
func ExampleWithOutcome() {
	client := newShopExample()
	defer client.stop()

	login := otelanalytics.Event{
		Type: "user_logged_in", Key: "login/7f3a", UserID: "u-17",
		Data: map[string]any{"auth_method": "email"},
	}
	var first, second otelanalytics.Outcome
	check(client.Track(context.Background(), login, otelanalytics.WithOutcome(&first)))
	check(client.Track(context.Background(), login, otelanalytics.WithOutcome(&second)))

	fmt.Println(first.Result, first.ID)
	fmt.Println(second.Result, second.ID == first.ID)
	// Output:
	// accepted 3cef850a-46fc-5273-a862-745819f8f13a
	// duplicate true
}

// A batch tells what became of each of its events. The slice can be used again for the next batch.
func ExampleWithOutcomes() {
	client := newShopExample()
	defer client.stop()

	events := []otelanalytics.Event{
		{Type: "user_logged_in", Key: "login/1", Data: map[string]any{"auth_method": "email"}},
		{Type: "user_logged_in", Key: "login/1", Data: map[string]any{"auth_method": "email"}},
		{Type: "user_logged_in", Key: "login/2", Data: map[string]any{"callback": func() {}}},
	}
	var outcomes []otelanalytics.Outcome
	err := client.TrackBatch(context.Background(), events, otelanalytics.WithOutcomes(&outcomes))

	for i, o := range outcomes {
		fmt.Println(events[i].Key, o.Result)
	}
	fmt.Println("refused:", err != nil)
	// Output:
	// login/1 accepted
	// login/1 duplicate
	// login/2 none
	// refused: true
}
