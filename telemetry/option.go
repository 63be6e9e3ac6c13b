// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"io"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// Option changes what [Setup] builds.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	eventMap      *eventmap.Map
	service       string
	attributes    []attribute.KeyValue
	prometheus    []exporterprom.Option
	metricsServer string
	stdout        io.Writer
	logger        *slog.Logger
}

func newConfig(options []Option) config {
	c := config{stdout: os.Stdout, logger: slog.Default()}
	for _, o := range options {
		if o != nil {
			o.apply(&c)
		}
	}
	c.logger = c.logger.With("component", "otelanalytics", "subsystem", "telemetry")
	return c
}

// WithEventMap sets the event map. The meter provider gets the views and the limit of series that the map's metrics
// need, as with package instruments/meterprovider. The default is no map.
func WithEventMap(m *eventmap.Map) Option { return optionFunc(func(c *config) { c.eventMap = m }) }

// WithServiceName sets the resource's service.name. OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and the file of
// OTEL_CONFIG_FILE take precedence.
func WithServiceName(name string) Option { return optionFunc(func(c *config) { c.service = name }) }

// WithResourceAttributes adds attributes to the resource, such as service.version. OTEL_RESOURCE_ATTRIBUTES and the
// file of OTEL_CONFIG_FILE take precedence.
func WithResourceAttributes(attributes ...attribute.KeyValue) Option {
	return optionFunc(func(c *config) { c.attributes = append(c.attributes, attributes...) })
}

// WithPrometheus passes options to the Prometheus exporter, if the configuration has one. Options from the
// configuration are applied after them and take precedence.
func WithPrometheus(options ...exporterprom.Option) Option {
	return optionFunc(func(c *config) { c.prometheus = append(c.prometheus, options...) })
}

// WithMetricsServer sets the address of a server that serves only /metrics, such as 127.0.0.1:8000. It starts if
// Prometheus is among the exporters. OTEL_EXPORTER_PROMETHEUS_HOST and _PORT take precedence over address.
//
// If none of the three is set, no server starts. The program then serves the page with [SDK.MetricsHandler]. An empty
// address, the default, means no server.
func WithMetricsServer(address string) Option {
	return optionFunc(func(c *config) { c.metricsServer = address })
}

// WithStdout sets the writer of the exporter console. The default is os.Stdout. Each signal writes from one goroutine
// of its own.
func WithStdout(w io.Writer) Option { return optionFunc(func(c *config) { c.stdout = w }) }

// WithLogger sets the logger for failures of exporters. The default is slog.Default.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.logger = l
		}
	})
}
