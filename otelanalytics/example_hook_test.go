// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// A hook sees every event first. This one drops what a monitoring probe does, and keeps user ids short.
func ExampleWithBeforeTrack() {
	client := newShopExample(otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
		if strings.HasPrefix(e.UserID, "probe-") {
			return false
		}
		e.UserID = strings.TrimPrefix(e.UserID, "https://accounts.example.com/")
		return true
	}))
	defer client.stop()
	ctx := context.Background()
	for _, user := range []string{"probe-1", "https://accounts.example.com/u-17"} {
		check(client.Track(ctx, otelanalytics.Event{Type: "user_logged_in", UserID: user}))
	}

	stats := client.Stats()
	fmt.Println("accepted:", stats.Accepted, "dropped:", stats.Dropped)
	client.show("otelanalytics_events_dropped_total{event_type=\"user_logged_in\"")
	// Output:
	// accepted: 1 dropped: 1
	// otelanalytics_events_dropped_total{event_type="user_logged_in",reason="hook"} 1
}
