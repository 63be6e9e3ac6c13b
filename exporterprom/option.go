// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"log/slog"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/attribute"
)

// Option changes the exporter that [New] returns.
type Option interface {
	apply(config) config
}

type config struct {
	runtimeMetrics bool
	scopeInfo      bool
	targetInfo     bool
	namespace      string
	translation    otlptranslator.TranslationStrategyOption
	resourceLabels attribute.Filter // nil: none
	native         bool
	createdLines   bool
	gatherers      []prometheus.Gatherer
	logger         *slog.Logger
}

func newConfig(options []Option) config {
	c := config{
		runtimeMetrics: true, targetInfo: true,
		translation: otlptranslator.UnderscoreEscapingWithSuffixes,
	}
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

// WithoutRuntimeMetrics removes the go_* and process_* metrics, which are on the page by default.
func WithoutRuntimeMetrics() Option {
	return optionFunc(func(c config) config {
		c.runtimeMetrics = false
		return c
	})
}

// WithScopeInfo adds the labels otel_scope_name, otel_scope_version and otel_scope_schema_url to every series. By
// default, series do not have them.
func WithScopeInfo() Option {
	return optionFunc(func(c config) config {
		c.scopeInfo = true
		return c
	})
}

// WithoutTargetInfo removes target_info, the metric whose labels are the resource's attributes. It is on the page by
// default.
func WithoutTargetInfo() Option {
	return optionFunc(func(c config) config {
		c.targetInfo = false
		return c
	})
}

// WithNamespace sets a prefix for the name of every metric of the meter provider. An underscore follows the prefix, as
// in "shop_user_logins_total". The Go runtime's metrics and target_info keep their names. The default is no prefix.
//
// To make dashboards and rules for a namespace, run otelanalytics generate with the flag --namespace.
func WithNamespace(prefix string) Option {
	return optionFunc(func(c config) config {
		c.namespace = prefix
		return c
	})
}

// WithTranslationStrategy sets how names are translated (OpenTelemetry's Prometheus and OpenMetrics compatibility). The
// default is otlptranslator.UnderscoreEscapingWithSuffixes. Generated dashboards and rules expect the default.
func WithTranslationStrategy(s otlptranslator.TranslationStrategyOption) Option {
	return optionFunc(func(c config) config {
		c.translation = s
		return c
	})
}

// WithResourceLabels adds attributes of the resource, such as service.version, as labels to every series of the meter
// provider. By default no attribute is added: target_info has them all, and queries can join with it.
func WithResourceLabels(keys ...string) Option {
	return WithResourceLabelsMatching(func(key string) bool { return slices.Contains(keys, key) })
}

// WithResourceLabelsMatching adds labels as [WithResourceLabels] does, for all attributes whose key matches.
func WithResourceLabelsMatching(match func(key string) bool) Option {
	return optionFunc(func(c config) config {
		c.resourceLabels = func(kv attribute.KeyValue) bool { return match(string(kv.Key)) }
		return c
	})
}

// WithNativeHistograms exports every histogram as a native histogram, whatever its buckets. An exponential_histogram of
// the event map is always a native one.
//
// Prometheus reads native histograms only in its protobuf format, and only with scrape_native_histograms: true in its
// configuration. In the text formats a native histogram has its sum and count, and no buckets.
func WithNativeHistograms() Option {
	return optionFunc(func(c config) config {
		c.native = true
		return c
	})
}

// WithCreatedLines adds a line with the creation time to each counter and histogram in OpenMetrics' text, as in
// "user_logins_created{auth_method="email"} 1.7e+09". The protobuf format always has that time.
//
// By default there are no such lines: a Prometheus without --enable-feature=created-timestamp-zero-ingestion stores
// them as series of their own.
func WithCreatedLines() Option {
	return optionFunc(func(c config) config {
		c.createdLines = true
		return c
	})
}

// WithLogger sets the logger for errors of scrapes and of the server. The default is slog.Default.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c config) config {
		c.logger = l
		return c
	})
}

// errorLog adapts the logger to promhttp.
func (c config) errorLog() promhttp.Logger {
	return slog.NewLogLogger(c.logger.With("component", "otelanalytics").Handler(), slog.LevelError)
}
