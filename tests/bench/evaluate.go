// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"
	"os/exec"
	"regexp"
	"strconv"

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

// played are events of the card game.
var played = []otelanalytics.Event{
	{Type: "game_completed", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"game_mode": "practice", "result": "win", "duration": 312.5}},
	{Type: "user_logged_in", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"auth_method": "email", "account_type": "normal"}},
	{Type: "coin_transaction", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"amount": 25, "transaction_type": "purchase", "direction": "credit"}},
	{Type: "special_card_used", UserID: "u-17", SessionID: "s", Platform: "ios", Data: map[string]any{"card_type": "queen", "game_id": "g-12"}},
}

// evaluate evaluates stored documents, as backfill and reconcile do, beside what updates the same metrics of a live page from the
// encoded data: the reading of the fields, and OpenTelemetry's SDK.
func evaluate(b *run1) []Result {
	m, err := eventmap.ParseFile("../../examples/cardgame/events.yaml")
	b.must(err)
	rec := analyticstest.New(b, m, otelanalytics.WithLogger(slog.New(slog.DiscardHandler)), otelanalytics.WithRedactKey(make([]byte, 32)),
		otelanalytics.WithMeterProvider(meterprovider.New(m, sdkmetric.WithReader(sdkmetric.NewManualReader()))))
	for _, e := range played {
		b.must(rec.Client.Track(b.Context(), e))
	}
	var documents []bson.Raw
	for _, e := range rec.Events("") {
		documents = append(documents, e.Document)
	}
	e, err := evaluation.New(m)
	b.must(err)
	i, j := 0, 0
	offline := func() {
		if _, err := e.Document(documents[i%len(documents)]); err != nil {
			b.must(err)
		}
		i++
	}
	set, err := instruments.New(m, meterprovider.New(m, sdkmetric.WithReader(sdkmetric.NewManualReader())).Meter("bench"))
	b.must(err)
	var live []func()
	for k, doc := range documents {
		t, _ := set.EventType(played[k].Type)
		data, values := doc.Lookup("event_data").Document(), make([]instruments.Value, len(t.Fields()))
		fields := fieldtree.New(t.Fields(), nil)
		about := instruments.Envelope{Type: played[k].Type, Platform: played[k].Platform, Session: true, Accepted: true}
		live = append(live, func() {
			fields.Read(data, &fieldtree.Found{Values: values})
			_ = t.RecordWith(b.Context(), about, values)
		})
	}
	o, p := b.turns(serial(offline), serial(func() { live[j%len(live)](); j++ }))
	return []Result{ratio("evaluate", "ns", o, p, 2), figure("evaluate_rate", perSecond, 1e9/o, 300_000)}
}

var mostMemory = regexp.MustCompile(`; (\d+) MiB at most`)

// backfillMemory backfills 15 metrics of a month with ten million events; quickly, of a day of it.
func backfillMemory(b *run1) []Result {
	events := 10_000_000
	if b.quick {
		events /= 30
	}
	out, err := exec.Command("go", "test", "-C", "../../cmd/otelanalytics", "./internal/backfill", "-run", "^TestLarge$", "-count=1", "-v", "-args", fmt.Sprint("-events=", events)).CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	found := mostMemory.FindSubmatch(out)
	if found == nil {
		b.Fatalf("it says no figure:\n%s", out)
	}
	mib, err := strconv.ParseFloat(string(found[1]), 64)
	b.must(err)
	return []Result{figure("backfill_memory", "MiB", mib, 256)}
}
