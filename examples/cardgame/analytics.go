// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"
	"path/filepath"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers/mongodbconns"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
	"github.com/otelanalytics/otelanalytics-go/uniques/mongouniques"
)

// The map is part of the program: a mistake in it then cannot reach production
// without the code that goes with it.
//
//go:embed events.yaml
var eventMap []byte

// analytics is the SDK, set up.
type analytics struct {
	client    *otelanalytics.Client
	telemetry *telemetry.SDK
	page      *livepage.Page
	logger    *slog.Logger

	store     *mongostore.Store
	users     *mongouniques.Counting
	pool      *mongodbconns.Pool
	observers *observing
}

func newAnalytics(ctx context.Context, cfg config.Config, metricsAddr string, logger *slog.Logger) (*analytics, error) {
	m, err := parseMap(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.RedactKey == "" {
		if cfg.RedactKey, err = ownKey(cfg.Dir, redactKeyFile); err != nil {
			return nil, err
		}
	}
	if cfg.UniquesKey == "" && cfg.UniquesKeyCollection == "" {
		cfg.UniquesKeyCollection = "sketch_key"
	}
	a := &analytics{pool: mongodbconns.NewPool(), logger: logger}
	a.telemetry, err = telemetry.Setup(ctx, telemetry.WithEventMap(m), telemetry.WithServiceName("cardgame"),
		telemetry.WithMetricsServer(metricsAddr), telemetry.WithLogger(logger))
	if err != nil {
		return nil, err
	}
	storeConfig := mongostore.FromConfig(cfg)
	storeConfig.Logger = logger
	storeConfig.Client = options.Client().SetPoolMonitor(a.pool.Monitor(nil))
	a.users, err = mongouniques.Setup(&storeConfig, m, cfg, mongouniques.WithMeterProvider(a.telemetry.MeterProvider()))
	if err != nil {
		return nil, errors.Join(err, a.telemetry.Shutdown(ctx))
	}
	if a.store, err = mongostore.Open(ctx, storeConfig); err != nil {
		return nil, errors.Join(err, a.telemetry.Shutdown(ctx))
	}
	a.client, err = otelanalytics.New(m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(a.store),
		otelanalytics.WithMeterProvider(a.telemetry.MeterProvider()), otelanalytics.WithLoggerProvider(a.telemetry.LoggerProvider()),
		otelanalytics.WithResource(a.telemetry.Resource()), otelanalytics.WithLogger(logger))
	if err != nil {
		return nil, errors.Join(err, a.store.Shutdown(ctx), a.telemetry.Shutdown(ctx))
	}
	a.page = livepage.Handler(a.client, livepage.WithMetrics(a.telemetry.MetricsHandler()), livepage.WithTimeline(a.store.Reader()),
		livepage.WithKeyFile(filepath.Join(cfg.Dir, pageKeyFile)), livepage.WithLogger(logger))
	return a, nil
}

// parseMap reads the map that the configuration names, or else the embedded one.
func parseMap(cfg config.Config) (*eventmap.Map, error) {
	if cfg.EventMap != "" {
		return eventmap.ParseFile(cfg.EventMap)
	}
	return eventmap.Parse(eventMap)
}

// Shutdown delivers what is pending; what does not get to MongoDB before ctx
// ends waits in the journal. That an exporter cannot reach anybody is no reason
// to fail: the documents are complete.
func (a *analytics) Shutdown(ctx context.Context) error {
	err := errors.Join(a.observers.Shutdown(ctx), a.client.Shutdown(ctx))
	if failed := a.telemetry.Shutdown(ctx); failed != nil {
		a.logger.Warn("the last metrics may not have been exported", "error", failed)
	}
	return err
}
