// SPDX-License-Identifier: Apache-2.0

package telemetry

import "strconv"

// sampler checks the variables of the sampler, which the trace SDK reads itself.
func (e *environ) sampler() {
	const name, argument = "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"
	switch e.word(name, "", "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio") {
	case "traceidratio", "parentbased_traceidratio":
	default:
		return
	}
	value := e.get(argument)
	if value == "" {
		return
	}
	if ratio, err := strconv.ParseFloat(value, 64); err != nil || !(ratio >= 0 && ratio <= 1) {
		e.mistake(argument, value, "must be a ratio from 0 to 1")
	}
}
