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

// SDK holds the providers and exporters that [Setup] built. It is safe for concurrent use.
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

// part is a started part that must be shut down.
type part struct {
	name     string
	shutdown func(context.Context) error
	flush    func(context.Context) error // nil: nothing to flush
}

// newSDK returns an SDK that exports nothing.
func newSDK() *SDK {
	return &SDK{
		resource: resource.Default(), meters: metricnoop.NewMeterProvider(), loggers: lognoop.NewLoggerProvider(),
		tracers: tracenoop.NewTracerProvider(), propagator: propagator(defaultPropagators),
	}
}

// MeterProvider returns the provider for otelanalytics.WithMeterProvider, otelhttp and any other code that measures. It
// is OpenTelemetry's no-op provider if no metrics are exported.
func (t *SDK) MeterProvider() metric.MeterProvider { return t.meters }

// LoggerProvider returns the provider for otelanalytics.WithLoggerProvider, which makes an OpenTelemetry event of each
// tracked event. It is OpenTelemetry's no-op provider if no logs are exported. That is the default.
func (t *SDK) LoggerProvider() log.LoggerProvider { return t.loggers }

// TracerProvider returns the provider for otelhttp. It is OpenTelemetry's no-op provider if no traces are exported.
// That is the default.
func (t *SDK) TracerProvider() trace.TracerProvider { return t.tracers }

// Propagator returns the propagator that OTEL_PROPAGATORS or the configuration file selects. The default is trace
// context and baggage.
func (t *SDK) Propagator() propagation.TextMapPropagator { return t.propagator }

// Resource returns the resource that identifies this service, for otelanalytics.WithResource.
func (t *SDK) Resource() *resource.Resource { return t.resource }

// MetricsHandler returns the handler of the metrics page. If Prometheus is not among the exporters, it answers with
// status 404 and the reason. A program can therefore register it under every configuration.
func (t *SDK) MetricsHandler() http.Handler {
	if t.prometheus == nil {
		return http.HandlerFunc(elsewhere)
	}
	return t.prometheus.Handler()
}

// MetricsAddr returns the address of the standalone metrics server, or nil without one. The server and
// [SDK.MetricsHandler] serve the same data: let Prometheus scrape only one of the two, or everything counts twice.
func (t *SDK) MetricsAddr() net.Addr {
	if t.server == nil {
		return nil
	}
	return t.server.Addr()
}

// SetGlobal makes the providers and the propagator OpenTelemetry's global ones, for libraries that use the globals.
func (t *SDK) SetGlobal() {
	otel.SetMeterProvider(t.meters)
	otel.SetTracerProvider(t.tracers)
	otel.SetTextMapPropagator(t.propagator)
	otel.SetLoggerProvider(t.loggers)
}

// ForceFlush exports pending telemetry. It blocks until that is done or ctx ends. A scraped page needs no flush.
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

// Shutdown exports pending telemetry and stops everything that Setup started. It blocks until that is done or ctx ends.
// A second call does nothing.
//
// Shut the client down first, so that its last numbers are exported. Pass a context that has not ended. When a service
// stops, the context of signal.NotifyContext has already ended, and nothing would be exported.
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
