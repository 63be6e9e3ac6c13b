// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestIdentitiesThroughEveryDoor: who did something, and what the data hold, is neither on the metrics page nor in the
// program's log, whether the event is accepted or refused.
func TestIdentitiesThroughEveryDoor(t *testing.T) {
	s := start(t, mongotest.Start(t))
	marked := []string{"marked-user", "marked-session", "marked-key", "marked-data"}
	ctx := withSpan(t.Context())
	for _, d := range doors() {
		t.Run(d.name, func(t *testing.T) {
			for _, eventType := range []string{"user_logged_in", "request", "order.paid", "not_declared"} {
				e := otelanalytics.Event{
					Type: eventType, Key: marked[2] + d.name + eventType, UserID: marked[0], SessionID: marked[1],
					Data: map[string]any{"note": marked[3], "auth_method": marked[3], "method": marked[3], "total": map[string]any{"amount": marked[3]}},
				}
				if d.takes != nil && !d.takes(e) {
					continue
				}
				for range 2 { // then a duplicate
					if err := d.track(ctx, s.client, e); err != nil {
						t.Fatal(err)
					}
				}
				e.Key, e.Data = "", map[string]any{marked[3]: map[string]any{"x": func() {}}}
				if err := d.track(ctx, s.client, e); err == nil {
					t.Errorf("%s was accepted with a function", eventType)
				}
			}
			s.flush()
			page, log := s.page("text/plain"), s.log.String()
			for _, m := range append(marked, hex.EncodeToString([]byte{0xab, 1})) {
				if strings.Contains(page, m) {
					t.Errorf("%s is on the page", m)
				}
				if strings.Contains(log, m) {
					t.Errorf("%s is in the log:\n%s", m, log)
				}
			}
		})
	}
}
