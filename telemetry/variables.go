// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"fmt"
	"slices"
	"strings"
)

// The names of exporters in OTEL_METRICS_EXPORTER, OTEL_LOGS_EXPORTER and OTEL_TRACES_EXPORTER.
const (
	exporterNone       = "none"
	exporterOTLP       = "otlp"
	exporterConsole    = "console"
	exporterStdout     = "stdout" // another name for console
	exporterPrometheus = "prometheus"
)

// variables holds the checked settings from the environment.
type variables struct {
	disabled              bool
	metrics, logs, traces signal
	propagators           []string
	deltaToPrometheus     bool // which loses them
	prometheus            prometheusVariables
}

// signal holds the destination of one kind of telemetry.
type signal struct {
	exporters []string // none and doubles are gone
	protocol  string   // of OTLP
	local     bool     // OTLP goes to http://localhost, since no variable names an endpoint
}

func (s signal) has(exporter string) bool { return slices.Contains(s.exporters, exporter) }

// readVariables reads and checks every variable that matters for the environment's choices.
func readVariables() (variables, error) {
	e := new(environ)
	v := variables{disabled: e.boolean("OTEL_SDK_DISABLED", false)}
	if v.disabled {
		return v, e.err() // nothing else has a meaning then
	}
	v.metrics = e.signal("METRICS", exporterPrometheus, exporterOTLP, exporterPrometheus, exporterConsole)
	v.logs = e.signal("LOGS", exporterNone, exporterOTLP, exporterConsole)
	v.traces = e.signal("TRACES", exporterNone, exporterOTLP, exporterConsole)
	v.prometheus = e.prometheus()
	v.propagators = e.words("OTEL_PROPAGATORS", strings.Join(defaultPropagators, ","), propagatorTraceContext, propagatorBaggage, exporterNone)

	e.milliseconds("OTEL_METRIC_EXPORT_INTERVAL")
	e.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT")
	e.word("OTEL_METRICS_EXEMPLAR_FILTER", "", "trace_based", "always_on", "always_off")
	if v.metrics.has(exporterOTLP) {
		e.word(otlpPrefix+"METRICS_TEMPORALITY_PREFERENCE", "", "cumulative", "delta", "lowmemory")
		v.deltaToPrometheus = e.deltaToPrometheus(v.metrics)
		e.word(otlpPrefix+"METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "", "explicit_bucket_histogram", "base2_exponential_bucket_histogram")
	}
	e.batches("OTEL_BLRP_")
	e.batches("OTEL_BSP_")
	e.limits()
	e.sampler()
	return v, e.err()
}

// signal reads the destination of one kind of telemetry.
func (e *environ) signal(name, standard string, known ...string) signal {
	variable := "OTEL_" + name + "_EXPORTER"
	listed := e.words(variable, standard, append(known, exporterStdout, exporterNone)...)
	var s signal
	for _, exporter := range listed {
		if exporter == exporterStdout {
			exporter = exporterConsole
		}
		switch {
		case exporter == exporterNone && len(listed) > 1:
			e.mistake(variable, e.get(variable), "none stands alone")
		case exporter == exporterNone || s.has(exporter): // stdout and console are one
		default:
			s.exporters = append(s.exporters, exporter)
		}
	}
	if s.has(exporterOTLP) {
		s.protocol = e.otlp(name)
		s.local = e.noEndpoint(name)
	}
	return s
}

// batches checks the variables of a batch processor (OpenTelemetry SDK environment variables).
func (e *environ) batches(prefix string) {
	const most = 1 << 20
	e.milliseconds(prefix + "SCHEDULE_DELAY")
	e.milliseconds(prefix + "EXPORT_TIMEOUT")
	queue := e.number(prefix+"MAX_QUEUE_SIZE", 2_048, 1, most, "")
	if batch := e.number(prefix+"MAX_EXPORT_BATCH_SIZE", min(512, queue), 1, most, ""); batch > queue {
		e.errs = append(e.errs, fmt.Errorf("%sMAX_EXPORT_BATCH_SIZE: is %d, more than the %d of %[1]sMAX_QUEUE_SIZE: a batch must fit into the queue", prefix, batch, queue))
	}
}

// limits checks how much of attributes, events and links is kept (OpenTelemetry SDK environment variables); -1 is no limit.
func (e *environ) limits() {
	for _, name := range [...]string{
		"ATTRIBUTE_COUNT", "ATTRIBUTE_VALUE_LENGTH", "SPAN_ATTRIBUTE_COUNT", "SPAN_ATTRIBUTE_VALUE_LENGTH", "SPAN_EVENT_COUNT",
		"SPAN_LINK_COUNT", "EVENT_ATTRIBUTE_COUNT", "LINK_ATTRIBUTE_COUNT", "LOGRECORD_ATTRIBUTE_COUNT", "LOGRECORD_ATTRIBUTE_VALUE_LENGTH",
	} {
		e.number("OTEL_"+name+"_LIMIT", -1, -1, 1<<30, "")
	}
}
