// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
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
	a := &analytics{}
	if a.prom, err = exporterprom.New(exporterprom.WithLogger(logger)); err != nil {
		return nil, err
	}
	a.provider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(a.prom.Reader()), sdkmetric.WithView(telemetry.Views(m)...))
	storeConfig := cfg.StoreConfig()
	storeConfig.Logger = logger
	store, err := eventstore.Open(ctx, storeConfig)
	if err != nil {
		return nil, err
	}
	a.client, err = otelanalytics.New(ctx, m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(store),
		otelanalytics.WithMeterProvider(a.provider), otelanalytics.WithLogger(logger))
	if err != nil {
		return nil, errors.Join(err, store.Shutdown(ctx))
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
	return errors.Join(a.client.Shutdown(ctx), a.provider.Shutdown(ctx))
}
