// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

// blockMilliseconds is how long a block of Prometheus is. promtool reads a file once for each block that it has samples of.
const blockMilliseconds = 2 * 60 * 60 * 1000

// mostSliceBytes is about how many bytes the points of a slice take before it ends early.
const mostSliceBytes = 48 << 20

// slice has the series from one step to another.
type slice struct {
	grid        grid
	first, last int // steps
	families    []*family
	bytes       int
}

// grid is the steps of a backfill.
type grid struct{ from, to, step int64 } // milliseconds

// at returns the time of a step.
func (g grid) at(i int) int64 { return g.from + int64(i)*g.step }

// steps returns how many steps there are: the first is from, the last not behind to.
func (g grid) steps() int { return int((g.to-g.from)/g.step) + 1 }

// endsSlice reports whether a block of Prometheus ends behind a step.
func (g grid) endsSlice(i int) bool {
	return floor(g.at(i), blockMilliseconds) != floor(g.at(i+1), blockMilliseconds)
}

func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// family is a metric with what was written of its series.
type family struct {
	metric *eventmap.Metric
	name   string // on a page, with the suffix of a counter
	bounds []float64
	series []*history
	known  map[*evaluation.Series]*history
	sorted bool
}

// history is a series with the changes within the slice.
type history struct {
	labels string // {a="b",c="d"}, or nothing
	pairs  [][2]string
	live   *evaluation.Series
	before evaluation.State // at the beginning of the slice
	born   int              // the step of its first sample
	points []pointAt
}

// pointAt is a value from a step on.
type pointAt struct {
	step  int
	state evaluation.State
}

// add notes the value that a series has at a step. zero says that it has zero at the step before, if it is new.
func (s *slice) add(f *family, live *evaluation.Series, step int, labels []label) {
	h, known := f.known[live]
	if !known {
		h = newHistory(live, f.metric, step, labels)
		if starts := !f.metric.Instrument.IsGauge(); starts && step > 0 {
			h.born = step - 1
			h.before.Buckets = make([]uint64, len(live.Buckets))
		}
		f.known[live] = h
		f.series = append(f.series, h)
		f.sorted = false
		s.bytes += 256 + len(h.labels)
	}
	state := live.Clone()
	h.points = append(h.points, pointAt{step, state})
	s.bytes += 64 + 8*len(state.Buckets)
}

// next begins the slice behind the one that ends with a step. Points that come later than that stay.
func (s *slice) next(last int) {
	s.first, s.bytes = last+1, 0
	for _, f := range s.families {
		for _, h := range f.series {
			n := 0
			for n < len(h.points) && h.points[n].step <= last {
				h.before = h.points[n].state
				n++
			}
			h.points = slices.Delete(h.points, 0, n)
			h.born = max(h.born, s.first)
		}
	}
}

// order returns the series of a family as files have them.
func (f *family) order() []*history {
	if !f.sorted {
		slices.SortFunc(f.series, func(a, b *history) int { return cmp.Compare(a.labels, b.labels) })
		f.sorted = true
	}
	return f.series
}

// each calls f with the state at each step of the slice that the series has.
func (h *history) each(first, last int, f func(step int, state *evaluation.State)) {
	state, n := &h.before, 0
	for step := max(first, h.born); step <= last; step++ {
		for n < len(h.points) && h.points[n].step <= step {
			state = &h.points[n].state
			n++
		}
		if !state.Absent {
			f(step, state)
		}
	}
}

// label is one of the labels that all series have.
type label struct{ name, value string }

func newHistory(live *evaluation.Series, m *eventmap.Metric, step int, labels []label) *history {
	h := &history{live: live, born: step}
	for _, l := range labels {
		h.pairs = append(h.pairs, [2]string{l.name, l.value})
	}
	for i := range m.Attributes {
		h.pairs = append(h.pairs, [2]string{m.Attributes[i].PrometheusLabel(), live.Values[i]})
	}
	slices.SortFunc(h.pairs, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	h.labels = labelText(h.pairs)
	return h
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func labelText(pairs [][2]string) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(p[0] + `="` + escaped.Replace(p[1]) + `"`)
	}
	return b.String()
}

// number writes a sample's value, and bound that of a label le, which has a point always: as Prometheus keeps it.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func bound(v float64) string {
	text := number(v)
	if !strings.ContainsAny(text, ".eIN") {
		text += ".0"
	}
	return text
}
