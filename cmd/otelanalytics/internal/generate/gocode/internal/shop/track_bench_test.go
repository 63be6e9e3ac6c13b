// SPDX-License-Identifier: Apache-2.0

package shop_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode/internal/shop"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// client returns a client, which keeps what is tracked in a journal if it should, and has MongoDB away, so that what is
// measured is the call's.
func client(b testing.TB, keeps bool) *otelanalytics.Client {
	b.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	options := []otelanalytics.Option{key, otelanalytics.WithMeterProvider(provider), otelanalytics.WithLogger(quiet)}
	if keeps {
		store, err := mongostore.Open(b.Context(), mongostore.Config{
			URI: "mongodb://127.0.0.1:1/", Dir: b.TempDir(), JournalBytes: 64 << 30, Logger: quiet,
		})
		if err != nil {
			b.Fatal(err)
		}
		options = append(options, otelanalytics.WithStore(store))
	}
	c, err := otelanalytics.New(parse(b), options...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = c.Shutdown(b.Context()) // whose end has come: nothing can be delivered
		_ = provider.Shutdown(b.Context())
	})
	return c
}

var (
	born  = time.Date(1990, 5, 4, 3, 2, 1, 0, time.UTC)
	login = shop.UserLoggedIn{
		Meta: typed.Meta{UserID: "u-17", SessionID: "s-1", Platform: "ios"}, AuthMethod: shop.AuthMethodEmail, AccountType: shop.AccountTypePremium,
		Attempts: typed.Int(3), Waited: typed.Float64(0.5), First: typed.Bool(true), Born: born,
	}
)

// sized is an event of so many fields, tracked with a map and with generated code. What varies from call to call is made in
// the call, as a service does.
type sized struct {
	fields  int
	untyped func(i int) otelanalytics.Event
	typed   func(ctx context.Context, events *shop.Events, i int) error
}

var sizes = []sized{
	{2, func(int) otelanalytics.Event {
		return otelanalytics.Event{Type: "user_registered", UserID: "u-17", Data: map[string]any{"account_type": "premium", "source": "web"}}
	}, func(ctx context.Context, events *shop.Events, _ int) error {
		return events.UserRegistered.Track(ctx, shop.UserRegistered{
			Meta: typed.Meta{UserID: "u-17"}, AccountType: shop.AccountTypePremium, Source: "web",
		})
	}},
	{6, func(i int) otelanalytics.Event {
		return otelanalytics.Event{Type: "user_logged_in", UserID: "u-17", SessionID: "s-1", Platform: "ios", Data: map[string]any{
			"auth_method": "email", "account_type": "premium", "attempts": i & 127, "waited": 0.5, "first": true, "born": born,
		}}
	}, func(ctx context.Context, events *shop.Events, i int) error {
		return events.UserLoggedIn.Track(ctx, shop.UserLoggedIn{
			Meta: typed.Meta{UserID: "u-17", SessionID: "s-1", Platform: "ios"}, AuthMethod: shop.AuthMethodEmail, AccountType: shop.AccountTypePremium,
			Attempts: typed.Int(i & 127), Waited: typed.Float64(0.5), First: typed.Bool(true), Born: born,
		})
	}},
	{10, func(i int) otelanalytics.Event {
		return otelanalytics.Event{Type: "checked_out", UserID: "u-17", SessionID: "s-1", Platform: "ios", Data: map[string]any{
			"method": "card", "currency": "EUR", "country": "DE", "app_version": "3.1.4", "experiment": "b",
			"items": i & 127, "coupons": 1, "amount": 42.5, "gift": false, "promised": born,
		}}
	}, func(ctx context.Context, events *shop.Events, i int) error {
		return events.CheckedOut.Track(ctx, shop.CheckedOut{
			Meta:   typed.Meta{UserID: "u-17", SessionID: "s-1", Platform: "ios"},
			Method: "card", Currency: "EUR", Country: "DE", AppVersion: "3.1.4", Experiment: "b",
			Items: typed.Int(i & 127), Coupons: typed.Int(1), Amount: typed.Float64(42.5), Gift: typed.Bool(false), Promised: born,
		})
	}},
}

// BenchmarkTrack times whole calls, of a client that keeps events and of one that only records them.
func BenchmarkTrack(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("kept/fields=%d", size.fields), func(b *testing.B) { inTurns(b, size, true) })
	}
	for _, size := range sizes {
		b.Run(fmt.Sprintf("recorded/fields=%d", size.fields), func(b *testing.B) { inTurns(b, size, false) })
	}
}

// inTurns tracks the same event in three ways: with a map that is made in the call, with one that is made once and for all,
// and with generated code. They take turns of a hundred calls, so that whatever else the machine does meets them alike, and
// the median of the turns counts.
func inTurns(b *testing.B, size sized, keeps bool) {
	c := client(b, keeps)
	events, err := shop.New(c)
	if err != nil {
		b.Fatal(err)
	}
	ctx := b.Context()
	once := size.untyped(3)
	ways := []func(i int) error{
		func(i int) error { return c.Track(ctx, size.untyped(i)) },
		func(int) error { return c.Track(ctx, once) },
		func(i int) error { return size.typed(ctx, events, i) },
	}
	turns := make([][]float64, len(ways))
	const each = 100
	for b.Loop() {
		for k, call := range ways {
			before := time.Now()
			for i := range each {
				if err := call(i); err != nil {
					b.Fatal(err)
				}
			}
			turns[k] = append(turns[k], float64(time.Since(before).Nanoseconds())/each)
		}
	}
	median := func(k int) float64 {
		slices.Sort(turns[k])
		return turns[k][len(turns[k])/2]
	}
	b.ReportMetric(0, "ns/op") // of three hundred calls: it says nothing
	b.ReportMetric(median(0), "map-ns")
	b.ReportMetric(median(2), "typed-ns")
	b.ReportMetric(median(2)/median(0), "typed/map")
	b.ReportMetric(median(2)/median(1), "typed/map-made-once")
	b.ReportMetric(testing.AllocsPerRun(100, func() {
		if err := ways[2](1); err != nil {
			b.Fatal(err)
		}
	}), "typed-allocs")
}
