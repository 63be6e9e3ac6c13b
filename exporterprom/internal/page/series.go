// SPDX-License-Identifier: Apache-2.0

package page

import dto "github.com/prometheus/client_model/go"

// series is one series of a counter or gauge, or all of one histogram.
type series struct {
	value     float64 // of a counter or gauge; the metric points to it
	seen      uint64  // the gathering that had it last
	exemplars uint64  // fingerprint of its exemplars; 0: none
	metric    dto.Metric
}

// slab allocates series side by side: a page is encoded in the order of its series, and the processor reads ahead. A slab
// is freed with its last series, so it is small.
type slab struct {
	kind     dto.MetricType
	left     int // how many series will be asked for
	counters []counterSeries
	gauges   []gaugeSeries
	others   []series
	labels   []*dto.LabelPair
}

const slabSize = 32

type counterSeries struct {
	series
	counter dto.Counter
}

type gaugeSeries struct {
	series
	gauge dto.Gauge
}

// next returns a series with labels, which it copies.
func (b *slab) next(labels []*dto.LabelPair) *series {
	size := max(1, min(b.left, slabSize))
	b.left--
	if cap(b.labels)-len(b.labels) < len(labels) {
		b.labels = make([]*dto.LabelPair, 0, size*len(labels))
	}
	from := len(b.labels)
	b.labels = append(b.labels, labels...)
	var s *series
	switch b.kind {
	case dto.MetricType_COUNTER:
		if len(b.counters) == 0 {
			b.counters = make([]counterSeries, size)
		}
		c := &b.counters[0]
		b.counters = b.counters[1:]
		c.counter.Value, c.metric.Counter = &c.value, &c.counter
		s = &c.series
	case dto.MetricType_GAUGE:
		if len(b.gauges) == 0 {
			b.gauges = make([]gaugeSeries, size)
		}
		g := &b.gauges[0]
		b.gauges = b.gauges[1:]
		g.gauge.Value, g.metric.Gauge = &g.value, &g.gauge
		s = &g.series
	default:
		if len(b.others) == 0 {
			b.others = make([]series, size)
		}
		s = &b.others[0]
		b.others = b.others[1:]
	}
	if len(labels) > 0 {
		s.metric.Label = b.labels[from:len(b.labels):len(b.labels)]
	}
	return s
}
