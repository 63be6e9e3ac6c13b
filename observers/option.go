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

// WithInterval sets the time between two readings of sources that have no interval of their own. Zero is the default,
// [DefaultInterval].
func WithInterval(d time.Duration) Option { return optionFunc(func(c *config) { c.interval = d }) }

// WithSchedule asks schedule about each source when it is added: whether it is read at all, and how often (0: as often as
// the source says, else as [WithInterval] does). A source that is off has no gauges and no otelanalytics.observer.up. The
// method ObserverSchedule of config.Config (package otelanalytics/config) is such a function. Nil, the default: all are on.
func WithSchedule(schedule func(source string) (interval time.Duration, on bool)) Option {
	return optionFunc(func(c *config) { c.schedule = schedule })
}

// WithMeterProvider sets where otelanalytics.observer.up goes; OpenTelemetry's global provider by default. The gauges
// themselves are the client's.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) { c.provider = p })
}

// WithLogger sets the log; slog.Default by default.
func WithLogger(l *slog.Logger) Option { return optionFunc(func(c *config) { c.logger = l }) }

// WithSources adds sources. Several of these options add up.
func WithSources(sources ...Source) Option {
	return optionFunc(func(c *config) { c.sources = append(c.sources, sources...) })
}
