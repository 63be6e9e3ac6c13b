// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// A batch is one write to the journal. An event that cannot be accepted comes back by its index; the others
// are accepted.
func ExampleClient_TrackBatch() {
	client := newShopExample()
	defer client.stop()

	err := client.TrackBatch(context.Background(), []otelanalytics.Event{
		{Type: "user_logged_in", UserID: "u-17", Data: map[string]any{"auth_method": "email"}},
		{Type: "user_logged_in", UserID: "u-18", Data: map[string]any{"callback": func() {}}},
		{Type: "user_logged_in", UserID: "u-19", Data: map[string]any{"auth_method": "google"}},
	}, otelanalytics.WithAck(otelanalytics.AckSynced)) // one fsync for all of them
	var refused *otelanalytics.BatchError
	if errors.As(err, &refused) {
		for _, e := range refused.Errors {
			fmt.Println(e.Index, e.Err)
		}
	}
	fmt.Println("accepted:", client.Stats().Accepted)
	// Output:
	// 1 otelanalytics: event "user_logged_in": event_data.callback: a Go func() cannot be BSON; use a string, number, bool, time.Time, map or slice
	// accepted: 2
}
