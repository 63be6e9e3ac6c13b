// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "github.com/otelanalytics/otelanalytics-go/instruments"

// Gauge is a gauge whose values the application sets, as package observers does. [Client.ObserveGauge] makes one. The
// zero value does nothing. It is safe for concurrent use.
type Gauge struct{ gauge *instruments.Gauge }

// ObserveGauge exports a gauge that the event map declares and that no event records into. The gauge has no series until
// the first [Gauge.Replace]. It is not exported while metrics are switched off.
//
// It returns an error for a metric that the map does not declare, that is no gauge, that an event records into, or that
// is observed already.
func (c *Client) ObserveGauge(metric string) (*Gauge, error) { return c.observeGauge(nil, metric) }

// ObserveGauge does what [Client.ObserveGauge] does. The gauge is not exported while this module is switched off
// either.
func (m *Module) ObserveGauge(metric string) (*Gauge, error) { return m.client.observeGauge(m, metric) }

func (c *Client) observeGauge(m *Module, metric string) (*Gauge, error) {
	if c.disabled {
		return new(Gauge), nil
	}
	g, err := c.set.ObserveGauge(metric, func() bool { return !c.switches.off.Load() && (m == nil || !m.off.Load()) })
	if err != nil {
		return nil, err
	}
	return &Gauge{g}, nil
}

// Replace replaces all series of the gauge. It calls fill once, before it returns. fill calls set for each series, with
// the value and with pairs of attribute and value, such as "time_period", "daily". Replace does not call fill where
// nothing is exported: with a client of [NewNop], or for a metric that the map disables.
//
// An attribute that is left out has the map's default. Values of attributes are bounded like those that events have. A
// value that is not finite is refused and counted, and so is one with an attribute that the map does not declare.
func (g *Gauge) Replace(fill func(set func(value float64, attributes ...string))) {
	if g.gauge != nil {
		g.gauge.Replace(fill)
	}
}

// Stop ends the export. The metric can then be observed anew.
func (g *Gauge) Stop() error {
	if g.gauge == nil {
		return nil
	}
	return g.gauge.Stop()
}
