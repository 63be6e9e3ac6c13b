// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestKeysWithDots reads fields that are nested, flattened, or half of each, through each way to write their path.
func TestKeysWithDots(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
metrics:
  spent: {instrument: counter, attributes: {user.plan: {limit: 5}}}
  same: {instrument: counter, attributes: {plan: {limit: 5}}}
  entries: {instrument: counter}
events:
  bought:
    data: {user.plan: {type: string}, order.total.sum: {type: int}, items: {type: array}, items.n: {type: int}}
    record:
      - {metric: spent, value: order.total.sum, when: 'data["user.plan"] != ""'}
      - {metric: same, value: 'order["total.sum"]', from: {plan: "['user.plan']"}, when: 'data.order["total"].sum > 0'}
      - {metric: entries, value: "items[1].n", when: 'data.items[0].n > 0'}
`)
	type data = map[string]any
	items := []any{data{"n": 3}, data{"n": 4}}
	for name, d := range map[string]data{
		"nested":             {"user": data{"plan": "pro"}, "order": data{"total": data{"sum": 7}}, "items": items},
		"flat":               {"user.plan": "pro", "order.total.sum": 7, "items": items},
		"half":               {"user.plan": "pro", "order": data{"total.sum": 7}, "items": items},
		"other half":         {"user.plan": "pro", "order.total": data{"sum": 7}, "items": items},
		"flat beside nested": {"user": data{}, "user.plan": "pro", "order": data{"total": data{}}, "order.total.sum": 7, "items.x": 1, "items": items, "..": 1, ".user": 2},
	} {
		rec := analyticstest.New(t, m)
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "bought", Data: d}); err != nil {
			t.Fatal(err)
		}
		if got := rec.Delta("spent", "user.plan", "pro"); got != 7 {
			t.Errorf("%s: %v spent, want 7", name, got)
		}
		if got := rec.Delta("same", "plan", "pro"); got != 7 {
			t.Errorf("%s: %v by a path in brackets, want 7", name, got)
		}
		if got := rec.Delta("entries"); got != 4 {
			t.Errorf("%s: %v of the second entry, want 4", name, got)
		}
	}
}
