// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// A module is a part of the application: its documents say module: user_management, and its metrics and log
// level have switches of their own.
func ExampleClient_Module() {
	client := newShopExample()
	defer client.stop()
	ctx := context.Background()
	login := otelanalytics.Event{Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}}

	users := client.Module("user_management")
	check(users.Track(ctx, login))
	client.Switches().SetModule("user_management", false)
	check(users.Track(ctx, login))  // stored, not recorded
	check(client.Track(ctx, login)) // outside of the module

	client.show(`user_logins_total{auth_method="email"}`)
	// Output:
	// user_logins_total{auth_method="email"} 2
}
