// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// loadBuckets reads the upper bounds of a histogram.
func (d *metricDecl) loadBuckets(n strictyaml.Node) {
	if i := d.metric.Instrument; d.typed && (!i.IsDistribution() || i.IsExponential()) {
		fix := "remove them, or make it a histogram"
		if i.IsExponential() {
			fix += "; max_size and max_scale set how fine an exponential one is"
		}
		n.Fail("only a histogram has buckets, and the instrument is "+string(i), fix)
		return
	}
	before := n.Mistakes()
	items := n.Items()
	if len(items) == 0 && n.Mistakes() == before {
		n.Fail("there is no bucket", "list the upper bounds in increasing order, or leave buckets out for OpenTelemetry's own")
	}
	for _, item := range items {
		v, ok := item.Number()
		if !ok {
			continue
		}
		if b := d.metric.Buckets; len(b) > 0 && v <= b[len(b)-1] {
			item.Fail("the bound "+words.Quoteless(item.Raw())+" is not above the one before it", "list the upper bounds in increasing order, each once")
			continue
		}
		d.metric.Buckets = append(d.metric.Buckets, v)
	}
}
