// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
)

// errShutdown is the error of a reader that was shut down before.
var errShutdown = sdkmetric.ErrReaderShutdown

// Setup builds the providers that the environment selects, or the file that OTEL_CONFIG_FILE names. docs/exporters.md
// has the table. With nothing set, [SDK.MetricsHandler] serves metrics to Prometheus, and logs and traces are not
// exported.
//
// The error holds every mistake, each with its variable or key, its value and the known values. Values of headers and
// certificates are never shown. After an error, nothing is left running.
//
// No exporter connects before it exports. So an endpoint where nobody listens is no error here. The failures are logged
// later, once a minute, and everything else continues.
//
// Setup sets OpenTelemetry's global error handler, since exporters report failures nowhere else. It sets no other
// global: see [SDK.SetGlobal]. While Setup reads the file of OTEL_CONFIG_FILE, it unsets all variables that begin with
// OTEL_.
func Setup(ctx context.Context, options ...Option) (*SDK, error) {
	c := newConfig(options)
	var t *SDK
	var err error
	if file := os.Getenv(configFileVariable); file != "" {
		t, err = setupFile(ctx, c, file)
	} else {
		t, err = setupVariables(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	t.failures = &failures{logger: c.logger, secrets: t.secrets, now: time.Now}
	otel.SetErrorHandler(t.failures)
	return t, nil
}

func setupVariables(ctx context.Context, c config) (*SDK, error) {
	t := newSDK()
	t.secrets = environmentSecrets()
	v, err := readVariables()
	var wrong error
	if t.resource, wrong = newResource(ctx, c); err != nil || wrong != nil {
		return nil, fmt.Errorf("telemetry: the environment has mistakes:\n%w", errors.Join(err, wrong))
	}
	if v.disabled {
		return t, nil
	}
	if v.deltaToPrometheus {
		c.logger.Warn(deltaWarning, "variable", otlpPrefix+"METRICS_TEMPORALITY_PREFERENCE")
	}
	t.propagator = propagator(v.propagators)
	for _, build := range [...]func(context.Context, config, variables) error{t.buildMetrics, t.buildLogs, t.buildTraces} {
		if err := build(ctx, c, v); err != nil {
			t.abandon()
			return nil, err
		}
	}
	if err := t.buildServer(c, v); err != nil {
		t.abandon()
		return nil, err
	}
	return t, nil
}

// abandoning bounds the time in which the started parts must stop. They have nothing to export, and their endpoints may
// not exist.
const abandoning = time.Second

// abandon stops the started parts.
func (t *SDK) abandon() {
	ctx, cancel := context.WithTimeout(context.Background(), abandoning)
	defer cancel()
	_ = t.Shutdown(ctx) // what is wrong is being reported
}

func (t *SDK) started(name string, p interface {
	Shutdown(context.Context) error
	ForceFlush(context.Context) error
},
) {
	t.parts = append(t.parts, part{name: name, shutdown: p.Shutdown, flush: p.ForceFlush})
}

func (t *SDK) buildMetrics(ctx context.Context, c config, v variables) error {
	if len(v.metrics.exporters) == 0 {
		return nil
	}
	options := append(c.meterOptions(), sdkmetric.WithResource(t.resource))
	var failed error // those before are a provider's all the same, which stops them
	for _, name := range v.metrics.exporters {
		if name == exporterPrometheus {
			if failed = t.buildPrometheus(c, v.prometheus); failed != nil {
				break
			}
			options = append(options, sdkmetric.WithReader(t.prometheus.Reader()))
			continue
		}
		exporter, err := metricExporter(ctx, name, v.metrics, c.stdout)
		if err != nil {
			failed = fmt.Errorf("telemetry: metrics exporter %s: %w", name, t.secrets.scrubError(err))
			break
		}
		options = append(options, sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	}
	provider := sdkmetric.NewMeterProvider(options...)
	t.meters = provider
	t.started("metrics", provider)
	return failed
}

// meterOptions are those that the event map needs.
func (c config) meterOptions() []sdkmetric.Option {
	if c.eventMap == nil {
		return nil
	}
	return meterprovider.Options(c.eventMap)
}

func (t *SDK) buildPrometheus(c config, v prometheusVariables) error {
	options := append([]exporterprom.Option{exporterprom.WithLogger(c.logger)}, c.prometheus...)
	options = append(options, v.options...)
	var err error
	if t.prometheus, err = exporterprom.New(options...); err != nil {
		return err
	}
	return t.checkPage(c)
}

// checkPage refuses labels and metrics that would displace metrics of the event map from the page.
func (t *SDK) checkPage(c config) error {
	if c.eventMap == nil {
		return nil
	}
	if err := t.prometheus.Check(c.eventMap, t.resource); err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	return nil
}

func (t *SDK) buildLogs(ctx context.Context, c config, v variables) error {
	if len(v.logs.exporters) == 0 {
		return nil
	}
	options := []sdklog.LoggerProviderOption{sdklog.WithResource(t.resource)}
	var failed error // those before are a provider's all the same, which stops them
	for _, name := range v.logs.exporters {
		exporter, err := logExporter(ctx, name, v.logs, c.stdout)
		if err != nil {
			failed = fmt.Errorf("telemetry: logs exporter %s: %w", name, t.secrets.scrubError(err))
			break
		}
		options = append(options, sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	}
	provider := sdklog.NewLoggerProvider(options...)
	t.loggers = provider
	t.started("logs", provider)
	return failed
}

func (t *SDK) buildTraces(ctx context.Context, c config, v variables) error {
	if len(v.traces.exporters) == 0 {
		return nil
	}
	options := []trace.TracerProviderOption{trace.WithResource(t.resource)}
	var failed error // those before are a provider's all the same, which stops them
	for _, name := range v.traces.exporters {
		exporter, err := spanExporter(ctx, name, v.traces, c.stdout)
		if err != nil {
			failed = fmt.Errorf("telemetry: traces exporter %s: %w", name, t.secrets.scrubError(err))
			break
		}
		options = append(options, trace.WithBatcher(exporter))
	}
	provider := trace.NewTracerProvider(options...)
	t.tracers = provider
	t.started("traces", provider)
	return failed
}

func (t *SDK) buildServer(c config, v variables) error {
	if t.prometheus == nil {
		return nil
	}
	address := c.metricsServer
	if v.prometheus.address != "" {
		address = v.prometheus.address
	}
	if address == "" && v.prometheus.webConfig != "" {
		return fmt.Errorf("telemetry: %sWEB_CONFIG is set, but there is no metrics server that would use it: set OTEL_EXPORTER_PROMETHEUS_HOST or _PORT", prometheusPrefix)
	}
	if v.prometheus.webConfig != "" {
		return t.serve(address, secured(v.prometheus.webConfig, c.logger))
	}
	return t.serve(address, (*http.Server).Serve)
}
