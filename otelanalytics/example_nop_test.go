// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// A service that must run whatever becomes of its analytics goes on with a client that does nothing.
func ExampleNewNop() {
	ctx := context.Background()
	client, err := otelanalytics.New(nil) // no event map
	if err != nil {
		fmt.Println("analytics are off:", err)
		client = otelanalytics.NewNop()
	}

	fmt.Println(client.Track(ctx, otelanalytics.Event{Type: "user_logged_in"}))
	fmt.Println(client.Health(ctx).Status)
	// Output:
	// analytics are off: otelanalytics: the event map is nil: load one with eventmap.ParseFile
	// <nil>
	// disabled
}
