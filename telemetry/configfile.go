// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"

	"go.opentelemetry.io/contrib/otelconf"
	"go.opentelemetry.io/otel/baggage"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// configFileVariable names a file of OpenTelemetry's declarative configuration, which stands in for all other
// variables (OpenTelemetry configuration SDK).
const configFileVariable = "OTEL_CONFIG_FILE"

// setupFile builds the providers that the file describes. otelconf builds all but the Prometheus reader, which it does
// not have.
func setupFile(ctx context.Context, c config, file string) (*SDK, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s=%q: cannot be read: %s", configFileVariable, words.Short(file), reason(err))
	}
	prom, err := prometheusReader(file, text)
	if err != nil {
		return nil, err
	}
	if text, err = blocks(text); err != nil {
		return nil, fmt.Errorf("telemetry: %s: %w", file, err)
	}
	model, err := otelconf.ParseYAML(text)
	if err != nil {
		return nil, fmt.Errorf("telemetry: %s: %s", file, quoted.ReplaceAllString(err.Error(), "…"))
	}
	t := newSDK()
	var document yaml.Node // what the text says, its variables replaced
	if err := document.Encode(model); err != nil {
		return nil, fmt.Errorf("telemetry: %s: %w", file, err)
	}
	t.secrets = headerSecrets(&document)
	if err := checkModel(file, &document); err != nil {
		return nil, err
	}
	if deltaToPrometheusIn(&document) {
		c.logger.Warn(deltaWarning, "file", file, "key", "temporality_preference")
	}
	restore, err := hidden("OTEL_")
	if err != nil {
		return nil, err
	}
	defer restore()
	if err := completeResource(ctx, c, model); err != nil {
		return nil, fmt.Errorf("telemetry: %s: %w", file, err)
	}
	if t.resource, err = resourceOf(ctx, model); err != nil {
		return nil, fmt.Errorf("telemetry: %s: %w", file, err)
	}
	if model.Disabled != nil && *model.Disabled {
		return t, nil
	}
	if model.MeterProvider != nil {
		var push []otelconf.MetricReader
		for _, r := range model.MeterProvider.Readers {
			if r.Pull == nil || r.Periodic != nil {
				push = append(push, r)
			}
		}
		model.MeterProvider.Readers = push
	}
	err = t.buildFile(ctx, c, model, prom)
	if err != nil {
		t.abandon()
		return nil, fmt.Errorf("telemetry: %s: %w", file, t.secrets.scrubError(err))
	}
	return t, nil
}

// quoted is how yaml's errors show a value, which may be a secret.
var quoted = regexp.MustCompile("`[^`]*`")

// checkModel refuses values that otelconf would show in its errors, or ignore without an error.
func checkModel(file string, document *yaml.Node) error {
	var errs []error
	walk(document, func(key string, n *yaml.Node) {
		switch key {
		case "attributes_list":
			errs = append(errs, fmt.Errorf("telemetry: %s: attributes_list: is not supported here; write attributes", file))
		case "headers_list":
			if _, err := baggage.Parse(n.Value); err != nil {
				errs = append(errs, fmt.Errorf("telemetry: %s: headers_list: must be name=value,name=value, percent-encoded (it is not shown, it may be secret)", file))
			}
		case "endpoint":
			if problem := endpointProblem(n.Value); problem != "" {
				errs = append(errs, fmt.Errorf("telemetry: %s: endpoint: %s", file, problem))
			}
		}
	})
	return errors.Join(errs...)
}

// blocks rewrites {a: b} and [a, b] as blocks: otelconf replaces no variable that is within braces.
func blocks(text []byte) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	var unfold func(n *yaml.Node)
	unfold = func(n *yaml.Node) {
		if len(n.Content) > 0 {
			n.Style &^= yaml.FlowStyle
		}
		for _, child := range n.Content {
			unfold(child)
		}
	}
	unfold(&document)
	return yaml.Marshal(&document)
}

// buildFile builds one signal after another, so that each started one can be stopped when the next cannot be built.
func (t *SDK) buildFile(ctx context.Context, c config, model *otelconf.OpenTelemetryConfiguration, prom *prometheusSection) error {
	options := c.meterOptions()
	if prom != nil {
		var err error
		if t.prometheus, err = exporterprom.New(append(append([]exporterprom.Option{exporterprom.WithLogger(c.logger)}, c.prometheus...), prom.options()...)...); err != nil {
			return err
		}
		if err := t.checkPage(c); err != nil {
			return err
		}
		options = append(options, sdkmetric.WithReader(t.prometheus.Reader()))
	}
	if err := tryParts(ctx, model); err != nil {
		return err
	}
	common := otelconf.OpenTelemetryConfiguration{FileFormat: model.FileFormat, Resource: model.Resource}
	build := func(name string, only otelconf.OpenTelemetryConfiguration) (otelconf.SDK, error) {
		sdk, err := otelconf.NewSDK(otelconf.WithContext(ctx), otelconf.WithOpenTelemetryConfiguration(only), otelconf.WithMeterProviderOptions(options...))
		if err != nil {
			return sdk, fmt.Errorf("%s: %w", name, err)
		}
		t.parts = append(t.parts, part{name: name, shutdown: sdk.Shutdown, flush: flusher(sdk)})
		return sdk, nil
	}
	metrics, logs, traces := common, common, common
	metrics.MeterProvider, logs.LoggerProvider, traces.TracerProvider, traces.Propagator = model.MeterProvider, model.LoggerProvider, model.TracerProvider, model.Propagator
	if model.MeterProvider != nil {
		sdk, err := build("meter_provider", metrics)
		if err != nil {
			return err
		}
		t.meters = sdk.MeterProvider()
	}
	if model.LoggerProvider != nil {
		sdk, err := build("logger_provider", logs)
		if err != nil {
			return err
		}
		t.loggers = sdk.LoggerProvider()
	}
	sdk, err := build("tracer_provider", traces)
	if err != nil {
		return err
	}
	if model.Propagator != nil {
		t.propagator = sdk.Propagator()
	}
	if model.TracerProvider != nil {
		t.tracers = sdk.TracerProvider()
	}
	if prom != nil {
		return t.serve(prom.address(), (*http.Server).Serve)
	}
	return nil
}

// tryParts first builds each reader and processor alone: after an error, otelconf leaves the ones before it running.
func tryParts(ctx context.Context, model *otelconf.OpenTelemetryConfiguration) error {
	var errs []error
	try := func(part string, i int, only otelconf.OpenTelemetryConfiguration) {
		only.FileFormat = model.FileFormat
		sdk, err := otelconf.NewSDK(otelconf.WithContext(ctx), otelconf.WithOpenTelemetryConfiguration(only))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %d: %w", part, i, err))
			return
		}
		ended, cancel := context.WithCancel(context.Background())
		if only.MeterProvider != nil {
			cancel() // a reader would export once more, and wait for who is perhaps not there
		}
		_ = sdk.Shutdown(ended) // it has nothing to export
		cancel()
	}
	if m := model.MeterProvider; m != nil {
		for i, r := range m.Readers {
			try("meter_provider.readers, push reader", i, otelconf.OpenTelemetryConfiguration{MeterProvider: &otelconf.MeterProvider{Readers: []otelconf.MetricReader{r}}})
		}
	}
	if l := model.LoggerProvider; l != nil {
		for i, p := range l.Processors {
			try("logger_provider.processors", i, otelconf.OpenTelemetryConfiguration{LoggerProvider: &otelconf.LoggerProvider{Processors: []otelconf.LogRecordProcessor{p}}})
		}
	}
	if t := model.TracerProvider; t != nil {
		for i, p := range t.Processors {
			try("tracer_provider.processors", i, otelconf.OpenTelemetryConfiguration{TracerProvider: &otelconf.TracerProvider{Processors: []otelconf.SpanProcessor{p}}})
		}
	}
	return errors.Join(errs...)
}

// flusher returns a function that flushes the providers of an SDK.
func flusher(sdk otelconf.SDK) func(context.Context) error {
	return func(ctx context.Context) error {
		var errs []error
		for _, p := range [...]any{sdk.MeterProvider(), sdk.LoggerProvider(), sdk.TracerProvider()} {
			if f, ok := p.(interface{ ForceFlush(context.Context) error }); ok {
				errs = append(errs, f.ForceFlush(ctx))
			}
		}
		return errors.Join(errs...)
	}
}
