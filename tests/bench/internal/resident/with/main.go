// SPDX-License-Identifier: Apache-2.0

// Command with is the same service with the SDK: it tracks each request, and has a page.
package main

import (
	"context"
	"log/slog"
	"net/http"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/login"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/resident"
)

// service tracks each request.
type service struct {
	client *otelanalytics.Client
	page   http.Handler
}

func (s service) Page() http.Handler { return s.page }

func (s service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	resident.Must(s.client.Track(r.Context(), otelanalytics.Event{
		Type: "user_logged_in", UserID: "u-17", SessionID: "s-1",
		Data: map[string]any{"auth_method": "email", "account_type": "premium", "n": 3, "ratio": 0.5, "first": true},
	}))
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	o := resident.Flags()
	ctx, quiet := context.Background(), slog.New(slog.DiscardHandler)
	m, err := eventmap.Parse(login.Map)
	resident.Must(err)
	store, err := mongostore.Open(ctx, mongostore.Config{URI: o.URI, Dir: o.Dir, WithoutIndexes: true, Logger: quiet})
	resident.Must(err)
	prom, err := exporterprom.New()
	resident.Must(err)
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithLogger(quiet),
		otelanalytics.WithMeterProvider(meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))))
	resident.Must(err)
	resident.Run(o, service{client, prom.Handler()}, func() { resident.Must(store.Flush(ctx)) })
}
