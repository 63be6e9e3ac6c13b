// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/observers/mongodbconns"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// The map is part of the program: a mistake in it then cannot reach production
// without the code that goes with it.
//
//go:embed events.yaml
var events []byte

// analytics is the SDK, set up.
type analytics struct {
	client   *otelanalytics.Client
	prom     *exporterprom.Exporter
	provider *sdkmetric.MeterProvider

	store     *eventstore.Store
	pool      *mongodbconns.Pool
	observers *observing
}

func newAnalytics(ctx context.Context, cfg otelanalytics.Config, logger *slog.Logger) (*analytics, error) {
	m, err := parseMap(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.RedactKey == "" {
		if cfg.RedactKey, err = redactKey(cfg.DataDir); err != nil {
			return nil, err
		}
	}
	a := &analytics{pool: mongodbconns.NewPool()}
	if a.prom, err = exporterprom.New(exporterprom.WithLogger(logger)); err != nil {
		return nil, err
	}
	a.provider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(a.prom.Reader()), sdkmetric.WithView(telemetry.Views(m)...))
	storeConfig := cfg.StoreConfig()
	storeConfig.Logger = logger
	storeConfig.Client = options.Client().SetPoolMonitor(a.pool.Monitor(nil))
	if a.store, err = eventstore.Open(ctx, storeConfig); err != nil {
		return nil, err
	}
	a.client, err = otelanalytics.New(ctx, m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(a.store),
		otelanalytics.WithMeterProvider(a.provider), otelanalytics.WithLogger(logger))
	if err != nil {
		return nil, errors.Join(err, a.store.Shutdown(ctx))
	}
	return a, nil
}

// parseMap reads the map that the configuration names, or else the embedded one.
func parseMap(cfg otelanalytics.Config) (*eventmap.Map, error) {
	if cfg.EventMap != "" {
		return eventmap.ParseFile(cfg.EventMap)
	}
	return eventmap.Parse(events)
}

// Shutdown delivers what is pending; what does not get to MongoDB before ctx
// ends waits in the journal.
func (a *analytics) Shutdown(ctx context.Context) error {
	return errors.Join(a.observers.Shutdown(ctx), a.client.Shutdown(ctx), a.provider.Shutdown(ctx))
}
