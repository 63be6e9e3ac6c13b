// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"log/slog"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Option changes how [New] makes an exporter.
type Option interface {
	apply(config) config
}

type config struct {
	runtimeMetrics bool
	scopeInfo      bool
	targetInfo     bool
	logger         *slog.Logger
}

func newConfig(options []Option) config {
	c := config{runtimeMetrics: true, targetInfo: true}
	for _, o := range options {
		if o != nil {
			c = o.apply(c)
		}
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	return c
}

type optionFunc func(config) config

func (f optionFunc) apply(c config) config { return f(c) }

// WithoutRuntimeMetrics leaves out the go_* and process_* metrics, which are there by default.
func WithoutRuntimeMetrics() Option {
	return optionFunc(func(c config) config {
		c.runtimeMetrics = false
		return c
	})
}

// WithScopeInfo adds the labels otel_scope_name, otel_scope_version and otel_scope_schema_url to every
// series. They are left out by default.
func WithScopeInfo() Option {
	return optionFunc(func(c config) config {
		c.scopeInfo = true
		return c
	})
}

// WithoutTargetInfo leaves out target_info, the metric whose labels are the resource's attributes. It
// is there by default.
func WithoutTargetInfo() Option {
	return optionFunc(func(c config) config {
		c.targetInfo = false
		return c
	})
}

// WithLogger sets where errors of a scrape and of the server are logged, in place of slog.Default.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c config) config {
		c.logger = l
		return c
	})
}

// errorLog adapts the logger to what promhttp wants.
func (c config) errorLog() promhttp.Logger {
	return slog.NewLogLogger(c.logger.With("component", "otelanalytics").Handler(), slog.LevelError)
}
