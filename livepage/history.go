// SPDX-License-Identifier: Apache-2.0

package livepage

import "time"

// history keeps the values of series over the last minutes. A series that is missing at a moment has no value.
type history struct {
	times  []time.Time
	series map[seriesKey]*past
	full   bool // there are series without a history
}

type seriesKey struct{ metric, labels string }

// past holds the values of one series, one for each time, the latest one at the end.
type past struct {
	values []float64
	first  int64 // the number of the sample that the first value is of
}

// maxSamples is how many samples there are.
const maxSamples = int(kept / sampleEvery)

func newHistory() history { return history{series: make(map[seriesKey]*past)} }

// begin begins a sample.
func (h *history) begin(now time.Time) {
	h.times = append(h.times, now)
	old := 0
	for old < len(h.times) && now.Sub(h.times[old]) > kept {
		old++
	}
	old = max(old, len(h.times)-maxSamples)
	h.times = append(h.times[:0], h.times[old:]...)
	for key, p := range h.series {
		p.first -= int64(old)
		if drop := int(-p.first); drop > 0 {
			drop = min(drop, len(p.values))
			p.values = append(p.values[:0], p.values[drop:]...)
			p.first += int64(drop)
		}
		if len(p.values) == 0 {
			delete(h.series, key)
		}
	}
}

// add adds the value of a series to the sample.
func (h *history) add(metric, labels string, value float64) {
	key := seriesKey{metric, labels}
	at := int64(len(h.times) - 1)
	p := h.series[key]
	switch {
	case p == nil && len(h.series) >= maxSeries:
		h.full = true
		return
	case p == nil:
		p = &past{first: at}
		h.series[key] = p
	case p.first+int64(len(p.values)) != at: // it was away
		p.values, p.first = p.values[:0], at
	}
	p.values = append(p.values, finite(value))
}

// of returns the values of the series of a metric, by their labels; nil where there was none.
func (h *history) of(metric string) (times []int64, series map[string][]*float64) {
	times = make([]int64, len(h.times))
	for i, t := range h.times {
		times[i] = t.UnixMilli()
	}
	series = make(map[string][]*float64)
	for key, p := range h.series {
		if key.metric != metric {
			continue
		}
		values := make([]*float64, len(h.times))
		for i := range p.values {
			if at := int(p.first) + i; at >= 0 && at < len(values) {
				values[at] = new(p.values[i])
			}
		}
		series[key.labels] = values
	}
	return times, series
}
