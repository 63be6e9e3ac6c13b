// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestCountsThroughEveryDoor tracks what is accepted with a remark: an undeclared type, and a field of a wrong type.
func TestCountsThroughEveryDoor(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
metrics:
  user_logins: {instrument: counter}
  requests: {instrument: counter}
events:
  user_logged_in: {data: {n: {type: int}}, record: [{metric: user_logins}]}
  request: {store: false, data: {n: {type: int}}, record: [{metric: requests}]}
  page_viewed: {}
`)
	everyDoor(t, func(t *testing.T, d door, k kind) {
		s := &service{t: t, log: new(servicetest.Log), eventMap: m}
		s.run(otelanalytics.WithStore(&fullAfter{left: 100}))
		e := k.event("")
		e.Data = map[string]any{"n": "text"}
		if err := d.track(t.Context(), s.client, e); err != nil {
			t.Error(err)
		}
		s.has(`otelanalytics_fields_mistyped_total{event_type="` + k.eventType + `",field="n"} 1`)
		e.Type = "never_declared"
		if d.takes != nil && !d.takes(e) {
			return
		}
		if err := d.track(t.Context(), s.client, e); err != nil {
			t.Error(err)
		}
		s.has(`otelanalytics_events_accepted_total{event_type="other"} 1`)
		if n := strings.Count(s.log.String(), "event_type=never_declared"); n != 1 {
			t.Errorf("%d warnings", n)
		}
	})
}
