// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
)

// definition is what a name on the page means. The first instrument of a name defines it, for as long as the page lives.
type definition struct {
	help string
	kind dto.MetricType
}

// family is the series of a name, of however many instruments.
type family struct {
	dto        dto.MetricFamily // its metrics: those of series, without duplicates
	base       string           // the name without _count, _sum or _bucket; empty when it ends in none of them
	suffixed   []string         // names of a histogram's series
	series     []*series        // in the order of their labels
	fresh      []*series        // of this gathering
	changed    bool             // series came or went
	duplicates []error
	seen       uint64 // the gathering that had a series of it last
	accepted   uint64 // the gathering that showed it last
}

func newFamily(name string, d definition) *family {
	f := &family{}
	f.dto.Name, f.dto.Help, f.dto.Type = &name, &d.help, &d.kind
	for _, suffix := range []string{"_count", "_sum", "_bucket"} {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			f.base = base
		}
		if f.histogram() {
			f.suffixed = append(f.suffixed, name+suffix)
		}
	}
	return f
}

func (f *family) name() string    { return f.dto.GetName() }
func (f *family) histogram() bool { return f.dto.GetType() == dto.MetricType_HISTOGRAM }

// add takes a new series into the family.
func (f *family) add(fresh *series) {
	f.fresh = append(f.fresh, fresh)
	f.changed = true
}

// settle brings the family's metrics up to date with its series, and returns an error for each that has the labels of
// another one.
func (f *family) settle(gathering uint64) []error {
	if !f.changed {
		return f.duplicates
	}
	f.changed = false
	slices.SortStableFunc(f.fresh, compareSeries)
	kept := make([]*series, 0, len(f.series)+len(f.fresh))
	for _, s := range f.series {
		if s.seen != gathering {
			continue
		}
		for len(f.fresh) > 0 && compareSeries(f.fresh[0], s) < 0 {
			kept, f.fresh = append(kept, f.fresh[0]), f.fresh[1:]
		}
		kept = append(kept, s)
	}
	f.series, f.fresh = slices.Clip(append(kept, f.fresh...)), nil
	f.list()
	return f.duplicates
}

// list makes the family's metrics. Of several series with the same labels the one that was there first stays.
func (f *family) list() {
	f.duplicates = nil
	f.dto.Metric = make([]*dto.Metric, 0, len(f.series))
	var last *series
	more := 0
	for _, s := range f.series {
		if last == nil || compareSeries(last, s) != 0 {
			last = s
			f.dto.Metric = append(f.dto.Metric, &s.metric)
			continue
		}
		if len(f.duplicates) == maxErrors {
			more++
			continue
		}
		f.duplicates = append(f.duplicates, fmt.Errorf("the metric %s has two series with the labels {%s}; one is left out",
			f.name(), labelText(s.metric.GetLabel())))
	}
	if more > 0 {
		f.duplicates = append(f.duplicates, fmt.Errorf("the metric %s has %d more duplicate series", f.name(), more))
	}
}

// compareSeries is client_golang's order, which looks at numbers and values of labels. Names decide where those are equal.
func compareSeries(a, b *series) int { return compareLabels(a.metric.Label, b.metric.Label) }

func compareLabels(a, b []*dto.LabelPair) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			if c := strings.Compare(a[i].GetValue(), b[i].GetValue()); c != 0 {
				return c
			}
		}
	}
	for i := range a {
		if a[i] != b[i] {
			if c := strings.Compare(a[i].GetName(), b[i].GetName()); c != 0 {
				return c
			}
		}
	}
	return 0
}

// labelText writes labels for a message.
func labelText(pairs []*dto.LabelPair) string {
	var b strings.Builder
	for i, l := range pairs {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s=%q", l.GetName(), l.GetValue())
	}
	return b.String()
}
