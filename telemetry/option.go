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

// WithEventMap gives the meter provider the views and the limit of series that the map's metrics need, as package
// instruments/meterprovider does.
func WithEventMap(m *eventmap.Map) Option { return optionFunc(func(c *config) { c.eventMap = m }) }

// WithServiceName sets the resource's service.name for when neither OTEL_SERVICE_NAME nor OTEL_RESOURCE_ATTRIBUTES
// says one, or the file of OTEL_CONFIG_FILE.
func WithServiceName(name string) Option { return optionFunc(func(c *config) { c.service = name }) }

// WithResourceAttributes adds attributes to the resource, such as service.version; those of OTEL_RESOURCE_ATTRIBUTES, or
// of the file of OTEL_CONFIG_FILE, prevail.
func WithResourceAttributes(attributes ...attribute.KeyValue) Option {
	return optionFunc(func(c *config) { c.attributes = append(c.attributes, attributes...) })
}

// WithPrometheus gives options to the Prometheus exporter, when the configuration asks for one. What the environment
// says comes after them and prevails.
func WithPrometheus(options ...exporterprom.Option) Option {
	return optionFunc(func(c *config) { c.prometheus = append(c.prometheus, options...) })
}

// WithMetricsServer has a server for /metrics alone listen on address, such as 127.0.0.1:8000, when Prometheus is
// among the exporters and neither OTEL_EXPORTER_PROMETHEUS_HOST nor _PORT says where. Without any of the three there is
// none, and the page is served where the program puts [SDK.MetricsHandler]. Empty: none.
func WithMetricsServer(address string) Option {
	return optionFunc(func(c *config) { c.metricsServer = address })
}

// WithStdout sets where the exporter console writes, in place of os.Stdout. Its writes come from one goroutine a signal.
func WithStdout(w io.Writer) Option { return optionFunc(func(c *config) { c.stdout = w }) }

// WithLogger sets where failing exporters are logged, in place of slog.Default.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.logger = l
		}
	})
}
