// SPDX-License-Identifier: Apache-2.0

package lines

import (
	"math"

	dto "github.com/prometheus/client_model/go"
)

// bound is a bucket's upper bound as its line has it.
type bound struct {
	bits uint64 // of the number: NaN is a bound, too
	text []byte // le="0.5"} and a space; empty: not known
}

func (w *Writer) histograms(page []byte, f *dto.MetricFamily) ([]byte, bool) {
	name := f.GetName()
	for i := range w.bounds {
		w.bounds[i].text = w.bounds[i].text[:0] // the format may be another one
	}
	bucket, sum, count, created := name+"_bucket", name+"_sum", name+"_count", name+"_created"
	for _, m := range f.Metric {
		h := m.Histogram
		if h == nil || m.TimestampMs != nil || h.SampleCountFloat != nil || !w.setLabels(m.Label) {
			return page, false
		}
		endless := false
		for i, b := range h.Bucket {
			if b.CumulativeCountFloat != nil {
				return page, false
			}
			endless = endless || math.IsInf(b.GetUpperBound(), 1)
			page = w.appendCount(w.appendBucket(page, bucket, i, b.GetUpperBound()), b.GetCumulativeCount())
			var ok bool
			if page, ok = w.appendEnd(page, b.Exemplar); !ok {
				return page, false
			}
		}
		if !endless {
			page = append(w.appendCount(w.appendBucket(page, bucket, len(h.Bucket), math.Inf(1)), h.GetSampleCount()), '\n')
		}
		page = append(w.appendFloat(w.appendStart(page, sum), h.GetSampleSum()), '\n')
		page = append(w.appendCount(w.appendStart(page, count), h.GetSampleCount()), '\n')
		page = w.appendCreated(page, created, h.CreatedTimestamp)
	}
	return page, true
}

// appendBucket appends the name and the labels of the i-th bucket of a series.
func (w *Writer) appendBucket(page []byte, name string, i int, upper float64) []byte {
	page = append(append(page, name...), w.labels...)
	separator := byte('{')
	if len(w.labels) > 0 {
		separator = ','
	}
	return append(append(page, separator), w.bound(i, upper)...)
}

// bound returns the text of the i-th bound.
func (w *Writer) bound(i int, upper float64) []byte {
	for len(w.bounds) <= i {
		w.bounds = append(w.bounds, bound{})
	}
	b := &w.bounds[i]
	if bits := math.Float64bits(upper); len(b.text) == 0 || b.bits != bits {
		b.bits = bits
		b.text = append(w.appendFloat(append(b.text[:0], `le="`...), upper), `"} `...)
	}
	return b.text
}
