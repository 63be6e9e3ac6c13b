// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"math"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func TestSumsOverEntries(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
metrics:
  articles: {instrument: counter}
  weight: {instrument: counter, number: double}
  gifts: {instrument: counter}
events:
  bought:
    data: {cart.items: {type: array}, cart.items.quantity: {type: int}, cart.items.box.kg: {type: double}}
    record:
      - {metric: articles, value: "=sum(data.cart.items, .quantity)"}
      - {metric: weight, value: "=(sum(data.cart.items, .box.kg) ?? 0) * 2"}
      - {metric: gifts, when: "sum(data.cart.items, .quantity) > 4"}
`)
	type data = map[string]any
	for _, c := range []struct {
		name                    string
		items                   any
		articles, weight, gifts float64
	}{
		{"some", []any{data{"quantity": 2, "box": data{"kg": 1.5}}, data{"quantity": 3.0, "box": data{"kg": 2}}}, 5, 7, 1},
		{"flattened", []any{data{"quantity": 1, "box.kg": 0.5}}, 1, 1, 0},
		{"none", []any{}, 0, 0, 0},
		{"no array", nil, 0, 0, 0},
		{"not in each entry", []any{data{"quantity": 2}, data{}}, 0, 0, 0},
		{"text", []any{data{"quantity": "2", "box": data{"kg": 1}}}, 0, 2, 0},
		{"entries that are no documents", []any{1, 2}, 0, 0, 0},
		{"a document", data{"quantity": 2}, 0, 0, 0},
		{"beyond an int", []any{data{"quantity": int64(math.MaxInt64)}, data{"quantity": 1}}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := analyticstest.New(t, m)
			defer rec.Violations() // of a quantity that is text, and of entries that are no array
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "bought", Data: data{"cart": data{"items": c.items}}}); err != nil {
				t.Fatal(err)
			}
			if got := [3]float64{rec.Delta("articles"), rec.Delta("weight"), rec.Delta("gifts")}; got != [3]float64{c.articles, c.weight, c.gifts} {
				t.Errorf("articles, weight and gifts are %v, want %v", got, [3]float64{c.articles, c.weight, c.gifts})
			}
		})
	}
}

// TestSumsOutOfRange: a sum of ints that is none is an evaluation that fails, as any other result out of range; a field of
// another type is of the wrong type.
func TestSumsOutOfRange(t *testing.T) {
	s := startWithoutStoreOf(t, `
version: 1
metrics:
  articles: {instrument: counter}
  gifts: {instrument: counter}
events:
  bought:
    store: false
    data: {items: {type: array}, items.quantity: {type: int}}
    record:
      - {metric: articles, value: "=sum(data.items, .quantity)"}
      - {metric: gifts, when: "sum(data.items, .quantity) > 4"}
`)
	type data = map[string]any
	const most = int64(math.MaxInt64)
	for _, items := range [][]any{
		{data{"quantity": most}, data{"quantity": 1}},
		{data{"quantity": -most}, data{"quantity": -2}, data{"quantity": 5}},
		{data{"quantity": most}, data{"quantity": 1}, data{"quantity": "text behind it"}},
		{data{"quantity": "text"}, data{"quantity": most}},
	} {
		if err := s.client.Record(t.Context(), "bought", data{"items": items}); err != nil {
			t.Fatal(err)
		}
	}
	s.has(
		`otelanalytics_values_refused_total{metric="articles",reason="expression"} 3`, `otelanalytics_values_refused_total{metric="articles",reason="type"} 1`,
		`otelanalytics_values_refused_total{metric="gifts",reason="when_failed"} 3`, `otelanalytics_values_refused_total{metric="gifts",reason="when_type"} 1`,
	)
}
