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
  orders: {instrument: counter}
events:
  user_logged_in: {data: {n: {type: int}}, record: [{metric: user_logins}]}
  request: {store: false, data: {n: {type: int}}, record: [{metric: requests}]}
  "order.*": {data: {n: {type: int}}, record: [{metric: orders}]}
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
		s.has(`otelanalytics_fields_mistyped_total{event_type="` + entryOf(k.eventType) + `",field="n"} 1`)
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

// TestFieldsOfWrongTypeThroughEveryDoor tracks fields that the map reads with a wrong type: they are stored, and the metrics
// that need them do without the event.
func TestFieldsOfWrongTypeThroughEveryDoor(t *testing.T) {
	for _, d := range doors() {
		t.Run(d.name, func(t *testing.T) {
			store := &fullAfter{left: 100}
			s := &service{t: t, log: new(servicetest.Log)}
			s.run(otelanalytics.WithStore(store))
			var o otelanalytics.Outcome
			e := otelanalytics.Event{Type: "order.paid", Data: map[string]any{"total": "much", "cart": 5}}
			if err := d.track(t.Context(), s.client, e, otelanalytics.WithOutcome(&o)); err != nil || o.Result != otelanalytics.ResultAccepted {
				t.Fatalf("%v, %v", o.Result, err)
			}
			if store.left == 100 {
				t.Error("the event is not stored")
			}
			s.has(`orders_total{event="order.paid"} 1`,
				`otelanalytics_values_refused_total{metric="order_value",reason="missing"} 1`,
				`otelanalytics_values_refused_total{metric="cart_items",reason="type"} 1`)
		})
	}
}
