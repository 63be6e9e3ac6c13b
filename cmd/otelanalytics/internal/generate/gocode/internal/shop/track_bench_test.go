// SPDX-License-Identifier: Apache-2.0

package shop_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode/internal/shop"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// client returns a client with a journal, and MongoDB away, so that what is measured is the call's.
func client(b testing.TB) *otelanalytics.Client {
	b.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := eventstore.Open(b.Context(), eventstore.Config{
		URI: "mongodb://127.0.0.1:1/", Dir: b.TempDir(), JournalBytes: 64 << 30, Logger: quiet,
	})
	if err != nil {
		b.Fatal(err)
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	c, err := otelanalytics.New(b.Context(), parse(b), key, otelanalytics.WithStore(store),
		otelanalytics.WithMeterProvider(provider), otelanalytics.WithLogger(quiet))
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
		Attempts: typed.Int(3), Waited: typed.Double(0.5), First: typed.Bool(true), Born: born,
	}
)

// BenchmarkTrack times whole calls that store and record the same event. What varies from call to call is built in the
// call, as a service does.
func BenchmarkTrack(b *testing.B) {
	b.Run("map", func(b *testing.B) {
		c := client(b)
		ctx := b.Context()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			err := c.Track(ctx, otelanalytics.Event{
				Type: "user_logged_in", UserID: "u-17", SessionID: "s-1", Platform: "ios",
				Data: map[string]any{
					"auth_method": "email", "account_type": "premium", "attempts": i & 127, "waited": 0.5, "first": true, "born": born,
				},
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("map-made-once", func(b *testing.B) {
		c := client(b)
		ctx := b.Context()
		event := otelanalytics.Event{
			Type: "user_logged_in", UserID: "u-17", SessionID: "s-1", Platform: "ios",
			Data: map[string]any{
				"auth_method": "email", "account_type": "premium", "attempts": 3, "waited": 0.5, "first": true, "born": born,
			},
		}
		b.ReportAllocs()
		for b.Loop() {
			if err := c.Track(ctx, event); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("typed", func(b *testing.B) {
		events, err := shop.New(client(b))
		if err != nil {
			b.Fatal(err)
		}
		ctx := b.Context()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			err := events.UserLoggedIn.Track(ctx, shop.UserLoggedIn{
				Meta: typed.Meta{UserID: "u-17", SessionID: "s-1", Platform: "ios"}, AuthMethod: shop.AuthMethodEmail, AccountType: shop.AccountTypePremium,
				Attempts: typed.Int(i & 127), Waited: typed.Double(0.5), First: typed.Bool(true), Born: born,
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
