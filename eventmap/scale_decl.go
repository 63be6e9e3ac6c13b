// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/strictyaml"

// The defaults and upper bounds of exponential histograms in OpenTelemetry's metrics SDK specification (base2
// exponential bucket histogram aggregation).
const (
	defaultMaxSize  = 160
	maxMaxSize      = 10_000
	defaultMaxScale = 20
	maxMaxScale     = 20
)

// Prometheus' native histograms have no scale below -4. A histogram with one is missing on a page, and by OTLP takes all
// metrics that are exported with it along. The finite doubles take 132 buckets of scale -4: one with fewer becomes
// coarser when it gets a very small and a very large value.
const (
	minMaxScale = -4
	minMaxSize  = 132
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
