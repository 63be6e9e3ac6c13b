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

// Option changes how [New] makes an exporter.
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

// WithNamespace puts a prefix and an underscore in front of the name of every metric of the meter provider, as in
// "shop_user_logins_total". The Go runtime's and target_info keep theirs. The default is none.
// Dashboards and rules are made for a namespace with the flag --namespace of otelanalytics generate.
func WithNamespace(prefix string) Option {
	return optionFunc(func(c config) config {
		c.namespace = prefix
		return c
	})
}

// WithTranslationStrategy sets how names are translated (OpenTelemetry's Prometheus and OpenMetrics compatibility);
// otlptranslator.UnderscoreEscapingWithSuffixes is the default, and what dashboards and rules are made for.
func WithTranslationStrategy(s otlptranslator.TranslationStrategyOption) Option {
	return optionFunc(func(c config) config {
		c.translation = s
		return c
	})
}

// WithResourceLabels adds these attributes of the resource, such as service.version, as labels to every series of the
// meter provider. There are none by default: target_info has them all, to be joined with.
func WithResourceLabels(keys ...string) Option {
	return WithResourceLabelsMatching(func(key string) bool { return slices.Contains(keys, key) })
}

// WithResourceLabelsMatching is [WithResourceLabels] for the attributes whose key matches.
func WithResourceLabelsMatching(match func(key string) bool) Option {
	return optionFunc(func(c config) config {
		c.resourceLabels = func(kv attribute.KeyValue) bool { return match(string(kv.Key)) }
		return c
	})
}

// WithNativeHistograms makes a native histogram of every histogram, whatever its buckets, as the event map's
// exponential_histogram always is. Prometheus reads native histograms in its protobuf format alone, when its
// configuration says scrape_native_histograms: true; the text formats have their sum and count, and no buckets.
func WithNativeHistograms() Option {
	return optionFunc(func(c config) config {
		c.native = true
		return c
	})
}

// WithCreatedLines adds to OpenMetrics' text a line for each counter and histogram with the time since when it counts, as in
// "user_logins_created{auth_method="email"} 1.7e+09". Protobuf always has that time. There are none by default: a
// Prometheus without --enable-feature=created-timestamp-zero-ingestion stores them as series of their own.
func WithCreatedLines() Option {
	return optionFunc(func(c config) config {
		c.createdLines = true
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
