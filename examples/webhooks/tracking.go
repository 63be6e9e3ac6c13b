// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// The map is part of the program: a mistake in it then cannot reach production
// without the code that goes with it.
//
//go:embed events.yaml
var events []byte

// tracking is everything of the SDK that this service uses.
type tracking struct {
	client   *otelanalytics.Client
	prom     *exporterprom.Exporter
	provider *sdkmetric.MeterProvider
}

func newTracking(ctx context.Context, cfg config.Config, logger *slog.Logger) (*tracking, error) {
	m, err := eventmap.Parse(events)
	if err != nil {
		return nil, err
	}
	prom, err := exporterprom.New(exporterprom.WithLogger(logger))
	if err != nil {
		return nil, err
	}
	storeConfig := mongostore.FromConfig(cfg)
	storeConfig.Logger = logger
	store, err := mongostore.Open(ctx, storeConfig)
	if err != nil {
		return nil, err
	}
	provider := meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))
	client, err := otelanalytics.New(m,
		otelanalytics.WithConfig(cfg),
		otelanalytics.WithStore(store),
		otelanalytics.WithMeterProvider(provider),
		otelanalytics.WithLogger(logger))
	if err != nil {
		return nil, errors.Join(err, store.Shutdown(ctx))
	}
	return &tracking{client: client, prom: prom, provider: provider}, nil
}

// shutdown delivers what is pending and closes everything, the metrics last.
func (t *tracking) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return errors.Join(t.client.Shutdown(ctx), t.provider.Shutdown(ctx))
}
