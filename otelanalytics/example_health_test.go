// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// With MongoDB away, events are accepted and kept: the service is ready, and says what it lacks. The second
// probe lets the orchestrator know when that has lasted for too long.
func ExampleClient_ReadinessHandler() {
	client := newShopExample()
	defer client.stop()
	check(client.Track(context.Background(), otelanalytics.Event{Type: "user_logged_in"}))

	for _, handler := range []struct {
		name    string
		options []otelanalytics.ReadinessOption
	}{
		{"/readyz", nil},
		{"/readyz/strict", []otelanalytics.ReadinessOption{otelanalytics.WithMaxPendingAge(time.Nanosecond)}},
	} {
		w := httptest.NewRecorder()
		client.ReadinessHandler(handler.options...).ServeHTTP(w, httptest.NewRequest("GET", handler.name, nil))
		fmt.Println(handler.name, w.Code)
	}
	health := client.Health(context.Background())
	fmt.Println(health.Status, health.JournalError == "", health.SinkError != "", health.Pending)
	// Output:
	// /readyz 200
	// /readyz/strict 503
	// degraded true true 1
}
