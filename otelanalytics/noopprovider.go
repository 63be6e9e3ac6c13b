// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "context"

// warnOfNoop warns once when the metrics of the map are recorded nowhere. It checks the provider when the first metrics
// are recorded: by then, an application that sets the global provider late has done so.
func (c *Client) warnOfNoop(ctx context.Context) {
	if c.recorded.Swap(true) || c.set.Enabled(ctx) {
		return
	}
	c.logger.Warn("metrics go nowhere: the meter provider is OpenTelemetry's no-op, or the global one without an SDK; events are still stored; " +
		"pass a provider with WithMeterProvider, or call otel.SetMeterProvider before the first event")
}
