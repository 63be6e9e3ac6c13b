// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Metrics can be switched off and on while the service runs, for everything, for one event, or for one call;
// the events are stored all the same.
func ExampleSwitches() {
	client := newShopExample()
	defer client.stop()
	ctx := context.Background()
	login := otelanalytics.Event{Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}}

	check(client.Track(ctx, login)) // recorded
	client.Switches().SetMetrics(false)
	check(client.Track(ctx, login))
	client.Switches().SetMetrics(true)
	check(client.Switches().SetEvent("user_logged_in", false))
	check(client.Track(ctx, login))
	check(client.Switches().SetEvent("user_logged_in", true))
	check(client.Track(ctx, login, otelanalytics.WithoutMetrics()))

	fmt.Println("accepted:", client.Stats().Accepted)
	client.show(`user_logins_total{auth_method="email"}`)
	// Output:
	// accepted: 4
	// user_logins_total{auth_method="email"} 1
}
