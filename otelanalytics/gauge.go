// SPDX-License-Identifier: Apache-2.0

package otelanalytics

// ObserveGauge exports a gauge that the event map declares and that no event records into, with values that the caller
// reads when it likes, as package observers does: replace calls fill, which calls set for each series with a value and
// pairs of attribute and value, and these are exported from then on in place of those before. Attributes that are left
// out have the map's default, and their values are bounded as those of events. While metrics are switched off the gauge
// is not exported.
//
// The error says what is wrong with the metric. stop ends the export. Both functions are safe for concurrent use.
func (c *Client) ObserveGauge(metric string) (replace func(fill func(set func(value float64, attributes ...string))), stop func() error, err error) {
	return c.observeGauge(nil, metric)
}

// ObserveGauge is [Client.ObserveGauge] for this module, whose switch holds, too.
func (m *Module) ObserveGauge(metric string) (replace func(fill func(set func(value float64, attributes ...string))), stop func() error, err error) {
	return m.client.observeGauge(m, metric)
}

func (c *Client) observeGauge(m *Module, metric string) (func(func(func(float64, ...string))), func() error, error) {
	if c.disabled {
		return func(func(func(float64, ...string))) {}, func() error { return nil }, nil
	}
	g, err := c.set.ObserveGauge(metric, func() bool { return !c.switches.off.Load() && (m == nil || !m.off.Load()) })
	if err != nil {
		return nil, nil, err
	}
	return g.Replace, g.Stop, nil
}
