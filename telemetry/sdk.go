// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log"
	lognoop "go.opentelemetry.io/otel/log/noop"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/metricsserver"
)

// SDK is what [Setup] built. It is safe for concurrent use.
type SDK struct {
	resource   *resource.Resource
	meters     metric.MeterProvider
	loggers    log.LoggerProvider
	tracers    trace.TracerProvider
	propagator propagation.TextMapPropagator
	prometheus *exporterprom.Exporter // nil: none
	server     *metricsserver.Server  // nil: none
	parts      []part                 // in the order in which they were started
	secrets    secrets                // that no error may show
	failures   *failures              // nil while Setup runs
}

// part is something that was started and must end.
type part struct {
	name     string
	shutdown func(context.Context) error
	flush    func(context.Context) error // nil: nothing to flush
}

// newSDK returns one that exports nothing.
func newSDK() *SDK {
	return &SDK{
		resource: resource.Default(), meters: metricnoop.NewMeterProvider(), loggers: lognoop.NewLoggerProvider(),
		tracers: tracenoop.NewTracerProvider(), propagator: propagator(defaultPropagators),
	}
}

// MeterProvider returns the provider for otelanalytics.WithMeterProvider, otelhttp and whatever else measures. It is
// OpenTelemetry's no-op when no metrics are exported.
func (t *SDK) MeterProvider() metric.MeterProvider { return t.meters }

// LoggerProvider returns the provider for otelanalytics.WithLoggerProvider, which makes an OpenTelemetry event of each
// tracked event. It is OpenTelemetry's no-op when no logs are exported, which is the default.
func (t *SDK) LoggerProvider() log.LoggerProvider { return t.loggers }

// TracerProvider returns the provider for otelhttp. It is OpenTelemetry's no-op when no traces are exported, which is
// the default.
func (t *SDK) TracerProvider() trace.TracerProvider { return t.tracers }

// Propagator returns what OTEL_PROPAGATORS or the configuration file names: trace context and baggage by default.
func (t *SDK) Propagator() propagation.TextMapPropagator { return t.propagator }

// Resource returns who sends, for otelanalytics.WithResource.
func (t *SDK) Resource() *resource.Resource { return t.resource }

// MetricsHandler returns the handler of the metrics page. Where Prometheus is not among the exporters, it answers 404
// and says so, so that a program can put it on its mux whatever the configuration.
func (t *SDK) MetricsHandler() http.Handler {
	if t.prometheus == nil {
		return http.HandlerFunc(elsewhere)
	}
	return t.prometheus.Handler()
}

// MetricsAddr returns where the standalone server listens, or nil when there is none. It shows the data of
// MetricsHandler: let Prometheus scrape one of the two, or everything counts twice.
func (t *SDK) MetricsAddr() net.Addr {
	if t.server == nil {
		return nil
	}
	return t.server.Addr()
}

// SetGlobal makes the providers and the propagator OpenTelemetry's global ones, for libraries that look there.
func (t *SDK) SetGlobal() {
	otel.SetMeterProvider(t.meters)
	otel.SetTracerProvider(t.tracers)
	otel.SetTextMapPropagator(t.propagator)
	otel.SetLoggerProvider(t.loggers)
}

// ForceFlush exports what there is, and blocks until that is done or ctx ends. What is scraped needs no flush.
func (t *SDK) ForceFlush(ctx context.Context) error {
	var errs []error
	for _, p := range t.parts {
		if p.flush == nil {
			continue
		}
		if err := p.flush(ctx); err != nil {
			errs = append(errs, fmt.Errorf("telemetry: flush of %s: %w", p.name, t.secrets.scrubError(err)))
		}
	}
	return errors.Join(errs...)
}

// Shutdown exports what there is, stops what Setup started, and blocks until that is done or ctx ends. Shut the client
// down before, so that its last numbers are exported. Nothing is exported when ctx has ended already, as that of
// signal.NotifyContext has when a service stops. A further call does nothing.
func (t *SDK) Shutdown(ctx context.Context) error {
	var errs []error
	// The last that was started is the first to end: the metrics server, so that no scrape meets a provider that has.
	for _, p := range slices.Backward(t.parts) {
		if err := p.shutdown(ctx); err != nil && !errors.Is(err, errShutdown) {
			errs = append(errs, fmt.Errorf("telemetry: shutdown of %s: %w", p.name, t.secrets.scrubError(err)))
		}
	}
	if t.failures != nil {
		if err := t.failures.wait(ctx); err != nil {
			errs = append(errs, fmt.Errorf("telemetry: the logger has not returned: %w", err))
		}
	}
	return errors.Join(errs...)
}
