// SPDX-License-Identifier: Apache-2.0

package shop_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode/internal/shop"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// completed is an order that keeps to the map.
func completed() shop.OrderCompleted {
	order := shop.NewOrderCompleted("o-1", shop.OrderCompletedCurrencyEUR, 0, shop.NewOrderCompletedAddress("10115"), []shop.OrderCompletedItemsEntry{
		shop.NewOrderCompletedItemsEntry("s-1", false),
		{},
	})
	order.Items[1] = shop.NewOrderCompletedItemsEntry("s-2", true)
	order.Items[1].Size = shop.OrderCompletedItemsEntrySizeM
	order.Items[1].Box.Width = typed.Float64(2.5)
	order.Items[1].Parts = []shop.OrderCompletedItemsEntryPartsEntry{shop.NewOrderCompletedItemsEntryPartsEntry(0), {N: typed.Int(2), More: map[string]any{"x": 1}}}
	order.Tariff, order.Method, order.Room, order.Source = shop.OrderCompletedTariffJoined, shop.AuthMethodEmail, shop.Room1, 7
	return order
}

// TestTypedCodeKeepsToTheMap: what the constructors make has all that the map requires, and is stored as a map would be.
func TestTypedCodeKeepsToTheMap(t *testing.T) {
	rec, events := start(t)
	if err := events.OrderCompleted.Track(t.Context(), completed()); err != nil {
		t.Fatal(err)
	}
	if err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{completed().Event()}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"order_id": "o-1", "currency": "EUR", "total": 0.0, "address": map[string]any{"zip": "10115"}, "plan": "a_b", "method": "email", "room": "1", "source": 7,
		"items": []any{
			map[string]any{"sku": "s-1", "gift": false},
			map[string]any{
				"sku": "s-2", "gift": true, "size": "m", "box": map[string]any{"width": 2.5},
				"parts": []any{map[string]any{"n": 0}, map[string]any{"n": 2, "more": map[string]any{"x": 1}}},
			},
		},
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "order_completed", Data: want}); err != nil {
		t.Fatal(err)
	}
	got := rec.Events("order_completed")
	if len(got) != 3 {
		t.Fatalf("%d events, want 3", len(got))
	}
	for _, e := range got[:2] {
		if diff := cmp.Diff(got[2].Data, e.Data); diff != "" {
			t.Errorf("(-map +typed)\n%s", diff)
		}
	}
	refund := shop.NewRefund("refund.full", "f", 0, time.Unix(1, 0))
	if err := events.Refund.Track(t.Context(), refund); err != nil {
		t.Error(err)
	}
	if err := events.StockCounted.Record(t.Context(), shop.NewStockCounted("cellar")); err != nil {
		t.Error(err)
	}
}

// TestTypedCodeIsChecked: what is built without the constructor, or from texts of elsewhere, is refused when it is tracked.
func TestTypedCodeIsChecked(t *testing.T) {
	rec, events := start(t)
	order := completed()
	order.OrderID, order.Currency, order.Items[0].Sku = "", shop.OrderCompletedCurrency("CHF"), ""
	err := events.OrderCompleted.Track(t.Context(), order)
	invalid, ok := errors.AsType[*otelanalytics.InvalidEventError](err)
	if !ok {
		t.Fatalf("%v", err)
	}
	var got []string
	for _, v := range invalid.Violations {
		got = append(got, string(v.Rule)+" "+v.Path)
	}
	want := []string{"values event_data.currency", "required event_data.items.0.sku", "required event_data.order_id"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rec.Violations() // which the test means
}
