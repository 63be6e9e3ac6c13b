// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

// writeTo writes a slice in the OpenMetrics text format: families by name, series by labels, samples by time. It returns
// how many samples it wrote.
func (s *slice) writeTo(w io.Writer) (samples int64, err error) {
	b := bufio.NewWriterSize(w, 1<<16)
	err = s.samples(func(f *family) {
		name := f.name
		if f.metric.Instrument.IsMonotonic() {
			name = strings.TrimSuffix(name, "_total")
		}
		_, _ = b.WriteString("# TYPE " + name + " " + f.metric.Instrument.PrometheusType() + "\n") // Flush returns the error
		if f.metric.Description != "" {
			_, _ = b.WriteString("# HELP " + name + " " + escaped.Replace(f.metric.Description) + "\n")
		}
	}, func(line sample) error {
		samples++
		return line.write(b)
	})
	if err == nil {
		_, err = b.WriteString("# EOF\n")
	}
	if err == nil {
		err = b.Flush()
	}
	return samples, err
}

// sample is one value of one series, with the labels as text.
type sample struct {
	name, labels string
	le           string // of a bucket; else empty
	value        float64
	at           int64 // milliseconds
	history      *history
}

func (x *sample) write(b *bufio.Writer) error {
	_, _ = b.WriteString(x.name)
	if x.labels != "" || x.le != "" {
		_ = b.WriteByte('{')
		_, _ = b.WriteString(x.labels)
		if x.le != "" {
			if x.labels != "" {
				_ = b.WriteByte(',')
			}
			_, _ = b.WriteString(`le="` + x.le + `"`)
		}
		_ = b.WriteByte('}')
	}
	var number [64]byte
	text := append(number[:0], ' ')
	text = strconv.AppendFloat(text, x.value, 'g', -1, 64)
	text = append(text, ' ')
	text = strconv.AppendInt(text, x.at/1000, 10) // steps are whole seconds
	text = append(text, '\n')
	_, err := b.Write(text)
	return err
}

// samples calls head for each family that has samples, and then each for every sample of it.
func (s *slice) samples(head func(*family), each func(sample) error) error {
	for _, f := range s.families {
		begun := false
		for _, h := range f.order() {
			var err error
			h.each(s.first, s.last, func(step int, state *evaluation.State) {
				if !begun {
					head(f)
					begun = true
				}
				if err == nil {
					err = f.expand(h, state, s.grid.at(step), each)
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// expand calls each for the samples of a series at one time.
func (f *family) expand(h *history, state *evaluation.State, at int64, each func(sample) error) error {
	x := sample{name: f.name, labels: h.labels, at: at, history: h}
	sum := h.live.Metric.NumberOf(state)
	if state.Sampled != nil && f.metric.Number == eventmap.Int {
		sum = math.Round(sum)
	}
	if !f.metric.Instrument.IsDistribution() {
		x.value = sum
		return each(x)
	}
	x.name = f.name + "_bucket"
	cumulative := 0.0
	for i := range state.Buckets {
		cumulative += state.Bucket(i)
		x.value, x.le = math.Round(cumulative), "+Inf" // a part of a sample's estimate is no observation
		if i < len(f.bounds) {
			x.le = bound(f.bounds[i])
		}
		if err := each(x); err != nil {
			return err
		}
	}
	x.le = ""
	x.name, x.value = f.name+"_count", math.Round(state.Observations())
	if err := each(x); err != nil {
		return err
	}
	x.name, x.value = f.name+"_sum", sum
	return each(x)
}
