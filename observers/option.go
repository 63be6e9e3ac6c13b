// SPDX-License-Identifier: Apache-2.0

package observers

import (
	"log/slog"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
)

// DefaultInterval is the time between two readings of a source.
const DefaultInterval = defaults.ObserversInterval

// Option changes what [Start] does.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	interval time.Duration
	provider metric.MeterProvider
	logger   *slog.Logger
	schedule func(source string) (interval time.Duration, on bool)
	sources  []Source
}

func newConfig(options []Option) config {
	var c config
	for _, o := range options {
		if o != nil {
			o.apply(&c)
		}
	}
	if c.interval == 0 {
		c.interval = DefaultInterval
	}
	if c.provider == nil {
		c.provider = otel.GetMeterProvider()
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	c.logger = c.logger.With("component", "otelanalytics", "subsystem", "observers")
	return c
}

// WithInterval sets the time between two readings of sources that have no interval of their own. Zero means
// [DefaultInterval].
func WithInterval(d time.Duration) Option { return optionFunc(func(c *config) { c.interval = d }) }

// WithSchedule sets the function that decides for each source whether it is read, and how often. It is called when the
// source is added. An interval of 0 means the source's own interval, or else the interval of [WithInterval]. A source
// that is off has no gauges and no otelanalytics.observer.up.
//
// The method ObserverSchedule of config.Config (package otelanalytics/config) is such a function. The default is nil:
// all sources are on.
func WithSchedule(schedule func(source string) (interval time.Duration, on bool)) Option {
	return optionFunc(func(c *config) { c.schedule = schedule })
}

// WithMeterProvider sets the provider of otelanalytics.observer.up. The default is OpenTelemetry's global provider. The
// client exports the gauges themselves.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) { c.provider = p })
}

// WithLogger sets the logger. The default is slog.Default.
func WithLogger(l *slog.Logger) Option { return optionFunc(func(c *config) { c.logger = l }) }

// WithSources adds sources. The options add up.
func WithSources(sources ...Source) Option {
	return optionFunc(func(c *config) { c.sources = append(c.sources, sources...) })
}
