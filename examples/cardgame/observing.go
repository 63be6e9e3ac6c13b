// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/redis/go-redis/v9"

	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/observers/redisconns"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// observing reads what nobody tracks: active users, and connections. Its
// metrics have a switch of their own, that of the module observers.
type observing struct {
	observers *observers.Observers
	redis     *redis.Client // nil: none
}

// observe starts it.
func (a *analytics) observe(c flags, cfg config.Config, logger *slog.Logger) error {
	a.observers = &observing{}
	sources := append(a.users.Sources("active_users"), a.pool.Source())
	if c.redisAddr != "" {
		a.observers.redis = redis.NewClient(&redis.Options{Addr: c.redisAddr})
		sources = append(sources, redisconns.Source(a.observers.redis))
	} else {
		logger.Info("no Redis is observed: -redis-addr names none")
	}
	var err error
	a.observers.observers, err = observers.Start(a.client.Module("observers"), observers.WithSources(sources...),
		observers.WithInterval(cfg.ObserversInterval), observers.WithSchedule(cfg.ObserverSchedule),
		observers.WithMeterProvider(a.telemetry.MeterProvider()), observers.WithLogger(logger))
	return err
}

// Shutdown ends it. It may not have begun.
func (o *observing) Shutdown(ctx context.Context) error {
	if o == nil {
		return nil
	}
	var errs []error
	if o.observers != nil {
		errs = append(errs, o.observers.Shutdown(ctx))
	}
	if o.redis != nil {
		errs = append(errs, o.redis.Close())
	}
	return errors.Join(errs...)
}
