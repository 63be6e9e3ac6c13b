// SPDX-License-Identifier: Apache-2.0

package telemetry

import "go.opentelemetry.io/otel/propagation"

// The propagators of OTEL_PROPAGATORS that OpenTelemetry's API for Go has.
const (
	propagatorTraceContext = "tracecontext"
	propagatorBaggage      = "baggage"
)

// defaultPropagators are the propagators when OTEL_PROPAGATORS is not set.
var defaultPropagators = []string{propagatorTraceContext, propagatorBaggage}

// propagator returns the propagator that OTEL_PROPAGATORS names.
func propagator(names []string) propagation.TextMapPropagator {
	var all []propagation.TextMapPropagator
	for _, name := range names {
		switch name {
		case propagatorTraceContext:
			all = append(all, propagation.TraceContext{})
		case propagatorBaggage:
			all = append(all, propagation.Baggage{})
		}
	}
	return propagation.NewCompositeTextMapPropagator(all...)
}
