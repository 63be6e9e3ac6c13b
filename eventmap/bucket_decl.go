// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/words"

// loadBuckets reads the upper bounds of a histogram.
func (d *metricDecl) loadBuckets(n node) {
	if d.typed && d.metric.Instrument != Histogram {
		fix := "remove them, or make it a histogram"
		if d.metric.Instrument == ExponentialHistogram {
			fix += "; max_size and max_scale say how fine an exponential one is"
		}
		n.fail("only a histogram has buckets, and the instrument is "+string(d.metric.Instrument), fix)
		return
	}
	before := len(n.doc.errs)
	items := n.items()
	if len(items) == 0 && len(n.doc.errs) == before {
		n.fail("there is no bucket", "list the upper bounds in increasing order, or leave buckets out for OpenTelemetry's own")
	}
	for _, item := range items {
		v, ok := item.number()
		if !ok {
			continue
		}
		if b := d.metric.Buckets; len(b) > 0 && v <= b[len(b)-1] {
			item.fail("the bound "+words.Quoteless(item.y.Value)+" is not above the one before it", "list the upper bounds in increasing order, each once")
			continue
		}
		d.metric.Buckets = append(d.metric.Buckets, v)
	}
}
