// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
)

// points are the data points of an instrument, by number, whatever their type: what is compiled once for each type of
// data points makes programs large.
type points struct {
	count      int
	attributes func(int) *attribute.Set
	started    func(int) time.Time
	begin      func(*series, int) // may be nil; of a new series, before the first update
	update     func(*series, int) // brings a series up to date
}

// reconcile brings the series of an instrument up to date with its data points. As long as the same points come in the
// same order, each is compared with its place; from the first difference on they are looked up. The first points may be
// done already.
func (p *Page) reconcile(sc *scope, in *instrument, points *points, done int) {
	if points.count == len(in.order) {
		for ; done < points.count; done++ {
			at := &in.order[done]
			if at.distinct != points.attributes(done).Equivalent() {
				break
			}
			if s := at.series; s != nil && s.seen != p.gathering {
				s.seen = p.gathering
				points.update(s, done)
			}
		}
	}
	if done < points.count || points.count != len(in.order) {
		p.reorder(sc, in, points, done)
	}
	p.errs = append(p.errs, in.invalid...)
	if in.valid > 0 {
		p.meet(in.family, &in.help)
	}
}

// fresh is a series to be made.
type fresh struct {
	labels []*dto.LabelPair
	at     int // its data point
}

// reorder takes the points from one on. It makes series that are new, and forgets those that are gone.
func (p *Page) reorder(sc *scope, in *instrument, points *points, from int) {
	if in.index == nil && len(in.order) > 0 {
		in.index = make(map[attribute.Distinct]*series, len(in.order))
		for _, at := range in.order {
			in.index[at.distinct] = at.series
		}
	}
	if len(in.invalid) > 0 {
		from = 0 // to tell of all of them
	}
	order := append(make([]place, 0, points.count), in.order[:from]...)
	var news []*fresh
	var invalid []error
	pairs := pairs{}
	for i := from; i < points.count; i++ {
		set := points.attributes(i)
		d := set.Equivalent()
		s := in.index[d]
		switch {
		case s == nil: // new, or one that cannot be on the page
			labels, err := p.labelled(sc, in, *set)
			if err != nil {
				invalid = append(invalid, err)
				break
			}
			news = append(news, &fresh{pairs.share(labels), i})
		case s.seen != p.gathering:
			s.seen = p.gathering
			points.update(s, i)
		}
		order = append(order, place{d, s})
	}
	p.create(in, points, news, order)
	in.settle(p.gathering, order)
	in.invalid = bounded(invalid, in.family.name())
}

// create makes new series, in the order in which the page will have them.
func (p *Page) create(in *instrument, points *points, news []*fresh, order []place) {
	slices.SortStableFunc(news, func(a, b *fresh) int { return compareLabels(a.labels, b.labels) })
	slab := slab{kind: kinds[in.shape].page, left: len(news)}
	for _, n := range news {
		s := slab.next(n.labels)
		s.seen = p.gathering
		if s.metric.Counter != nil {
			s.metric.Counter.CreatedTimestamp = p.created(points.started(n.at))
		}
		if points.begin != nil {
			points.begin(s, n.at)
		}
		points.update(s, n.at)
		order[n.at].series = s
		in.family.add(s)
	}
}

// settle takes the order of a gathering.
func (in *instrument) settle(gathering uint64, order []place) {
	gone := false
	for _, at := range in.order {
		if at.series != nil && at.series.seen != gathering {
			gone = true
			delete(in.index, at.distinct)
		}
	}
	if gone {
		in.family.changed = true
	}
	in.order, in.valid = order, 0
	for _, at := range order {
		if at.series == nil {
			continue
		}
		in.valid++
		if in.index != nil {
			in.index[at.distinct] = at.series
		}
	}
}

// bounded shortens a list of errors about series.
func bounded(errs []error, name string) []error {
	if len(errs) > maxErrors {
		return append(errs[:maxErrors:maxErrors], fmt.Errorf("%d more series of %s cannot be on the page", len(errs)-maxErrors, name))
	}
	return errs
}

// pairs has labels by name and value: most are the same in many series.
type pairs map[[2]string]*dto.LabelPair

// share puts the pairs that it knows in place of equal ones.
func (known pairs) share(labels []*dto.LabelPair) []*dto.LabelPair {
	for i, l := range labels {
		key := [2]string{l.GetName(), l.GetValue()}
		if same := known[key]; same != nil {
			labels[i] = same
		} else {
			known[key] = l
		}
	}
	return labels
}
