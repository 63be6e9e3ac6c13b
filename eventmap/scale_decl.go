// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/strictyaml"

// The bounds and defaults of exponential histograms in OpenTelemetry's metrics SDK specification (base2
// exponential bucket histogram aggregation).
const (
	defaultMaxSize  = 160
	minMaxSize      = 2
	maxMaxSize      = 10_000
	defaultMaxScale = 20
	minMaxScale     = -10
	maxMaxScale     = 20
)

// loadScale reads how fine an exponential histogram is.
func (d *metricDecl) loadScale(o strictyaml.Object) {
	m := d.metric
	if m.Instrument.IsExponential() {
		m.MaxSize, m.MaxScale = defaultMaxSize, defaultMaxScale
	}
	for _, key := range []struct {
		name   string
		lo, hi int
		to     *int
	}{
		{"max_size", minMaxSize, maxMaxSize, &m.MaxSize},
		{"max_scale", minMaxScale, maxMaxScale, &m.MaxScale},
	} {
		n, ok := o.Get(key.name)
		if !ok {
			continue
		}
		if d.typed && !m.Instrument.IsExponential() {
			n.Fail("only an exponential_histogram has it, and the instrument is "+string(m.Instrument), "remove it, or make the metric an exponential_histogram")
			continue
		}
		if v, ok := n.Integer(key.lo, key.hi); ok {
			*key.to = v
		}
	}
}
