// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "context"

// warnOfNoop warns once when the metrics of the map lead nowhere. It looks when the first metrics are to be
// recorded: by then, an application that sets the global provider late has done so.
func (c *Client) warnOfNoop(ctx context.Context) {
	if c.recorded.Swap(true) || c.set.Enabled(ctx) {
		return
	}
	c.logger.Warn("metrics go nowhere: the meter provider is OpenTelemetry's no-op, or the global one without an SDK; events are stored all the same; " +
		"give New a provider with WithMeterProvider, or call otel.SetMeterProvider before the first event")
}
