// SPDX-License-Identifier: Apache-2.0

package evaluation_test

import (
	"log/slog"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// BenchmarkDocument evaluates the documents of a game's events, beside what updates the same metrics of a live page: the
// reading of the fields and OpenTelemetry's SDK.
func BenchmarkDocument(b *testing.B) {
	m, err := eventmap.ParseFile("../../examples/cardgame/events.yaml")
	if err != nil {
		b.Fatal(err)
	}
	rec := analyticstest.New(b, m, otelanalytics.WithLogger(slog.New(slog.DiscardHandler)), otelanalytics.WithRedactKey(make([]byte, 32)),
		otelanalytics.WithMeterProvider(meterprovider.New(m, sdkmetric.WithReader(sdkmetric.NewManualReader()))))
	events := []otelanalytics.Event{
		{Type: "game_completed", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"game_mode": "practice", "result": "win", "duration": 312.5}},
		{Type: "user_logged_in", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"auth_method": "email", "account_type": "normal"}},
		{Type: "coin_transaction", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"amount": 25, "transaction_type": "purchase", "direction": "credit"}},
		{Type: "special_card_used", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"card_type": "queen", "game_id": "g-12"}},
	}
	for _, e := range events {
		if err := rec.Client.Track(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	var documents []bson.Raw
	for _, e := range rec.Events("") {
		documents = append(documents, e.Document)
	}
	b.Run("live", func(b *testing.B) {
		provider := meterprovider.New(m, sdkmetric.WithReader(sdkmetric.NewManualReader()))
		set, err := instruments.New(m, provider.Meter("bench"))
		if err != nil {
			b.Fatal(err)
		}
		types, trees, values := make([]*instruments.EventType, 4), make([]fieldtree.Tree, 4), make([][]instruments.Value, 4)
		data := make([][]byte, 4)
		for i := range events {
			types[i], _ = set.EventType(events[i].Type)
			trees[i], values[i] = fieldtree.New(types[i].Fields(), nil), make([]instruments.Value, len(types[i].Fields()))
			data[i] = documents[i].Lookup("event_data").Document()
		}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			k := i & 3
			trees[k].Read(data[k], &fieldtree.Found{Values: values[k]})
			_ = types[k].RecordWith(b.Context(), instruments.Envelope{Type: events[k].Type, Accepted: true}, values[k])
			i++
		}
	})
	b.Run("offline", func(b *testing.B) {
		e, err := evaluation.New(m)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			if _, err := e.Document(documents[i&3]); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}
