// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// With a Key that names what happened, tracking it again does nothing: a request that is repeated, or a message
// that a queue delivers twice, counts once.
func ExampleEvent_key() {
	client := newShopExample()
	defer client.stop()
	for range 3 {
		check(client.Track(context.Background(), otelanalytics.Event{
			Type: "user_logged_in", Key: "login/7f3a", UserID: "u-17",
			Data: map[string]any{"auth_method": "email"},
		}))
	}

	stats := client.Stats()
	fmt.Println("accepted:", stats.Accepted, "duplicates:", stats.Duplicate)
	client.show(`user_logins_total{auth_method="email"}`)
	// Output:
	// accepted: 1 duplicates: 2
	// user_logins_total{auth_method="email"} 1
}
