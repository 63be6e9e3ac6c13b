// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// scope is what the page knows of an instrumentation scope.
type scope struct {
	labels      labels // of every series: the scope's and the resource's
	err         error  // why it has no labels
	seen        uint64
	instruments map[identity]*instrument
}

// identity tells instruments of a scope apart.
type identity struct {
	name, description, unit string
	shape                   shape
	nth                     int // of those that are alike in all of this
}

// shape is the type of an instrument's data.
type shape uint8

const (
	counterInt shape = iota
	counterFloat
	sumInt // not monotonic
	sumFloat
	gaugeInt
	gaugeFloat
	histogramInt
	histogramFloat
	nativeInt
	nativeFloat
)

// kinds has the type of a family, and what decides about the suffixes of its name, by shape.
var kinds = [...]struct {
	page   dto.MetricType
	naming otlptranslator.MetricType
}{
	counterInt:     {dto.MetricType_COUNTER, otlptranslator.MetricTypeMonotonicCounter},
	counterFloat:   {dto.MetricType_COUNTER, otlptranslator.MetricTypeMonotonicCounter},
	sumInt:         {dto.MetricType_GAUGE, otlptranslator.MetricTypeNonMonotonicCounter},
	sumFloat:       {dto.MetricType_GAUGE, otlptranslator.MetricTypeNonMonotonicCounter},
	gaugeInt:       {dto.MetricType_GAUGE, otlptranslator.MetricTypeGauge},
	gaugeFloat:     {dto.MetricType_GAUGE, otlptranslator.MetricTypeGauge},
	histogramInt:   {dto.MetricType_HISTOGRAM, otlptranslator.MetricTypeHistogram},
	histogramFloat: {dto.MetricType_HISTOGRAM, otlptranslator.MetricTypeHistogram},
	nativeInt:      {dto.MetricType_HISTOGRAM, otlptranslator.MetricTypeHistogram},
	nativeFloat:    {dto.MetricType_HISTOGRAM, otlptranslator.MetricTypeHistogram},
}

// instrument is what the page knows of an instrument.
type instrument struct {
	shape  shape
	help   string
	family *family // nil: it is not on the page
	err    error   // why
	seen   uint64

	order   []place                        // its series in the order of the last collection, which seldom changes
	index   map[attribute.Distinct]*series // the same by attributes; nil: not needed so far
	valid   int                            // how many of them are on the page
	invalid []error                        // why others are not

	desc   *prometheus.Desc // of the last new series
	names  []string         // its labels
	bounds []float64        // of an explicit histogram
}

// place is where a series is in a collection. series is nil when it cannot be on the page.
type place struct {
	distinct attribute.Distinct
	series   *series
}

// scope returns the scope with that identity.
func (p *Page) scope(of instrumentation.Scope) *scope {
	s := p.scopes[of]
	if s == nil {
		s = &scope{instruments: map[identity]*instrument{}}
		if p.config.ScopeInfo {
			s.labels, s.err = p.namer.scope(of)
		}
		s.labels = s.labels.and(p.resource.labels)
		p.scopes[of] = s
	}
	s.seen = p.gathering
	return s
}

// instrument returns the instrument that m is of, for this gathering. It is nil when the page cannot have it.
func (p *Page) instrument(s *scope, m *metricdata.Metrics, of shape) *instrument {
	id := identity{m.Name, m.Description, m.Unit, of, 0}
	in := s.instruments[id]
	for in != nil && in.seen == p.gathering {
		id.nth++
		in = s.instruments[id]
	}
	if in == nil {
		in = &instrument{shape: of}
		in.err = p.define(in, m)
		s.instruments[id] = in
	}
	in.seen = p.gathering
	if in.err != nil {
		p.errs = append(p.errs, in.err)
		return nil
	}
	if f := in.family; f.seen == p.gathering && f.dto.GetHelp() != in.help {
		p.errs = append(p.errs, fmt.Errorf("the instrument %q is %s on the page, where another one has the description %q; use that one",
			m.Name, f.name(), f.dto.GetHelp()))
		in.order, in.index, in.valid, f.changed = nil, nil, 0, true
		return nil
	}
	return in
}

// define finds the family of an instrument. The first instrument of a name says of which type it is, and its description
// is everybody's, unless it is empty.
func (p *Page) define(in *instrument, m *metricdata.Metrics) error {
	name, err := p.namer.metric(m.Name, m.Unit, kinds[in.shape].naming)
	if err != nil {
		return fmt.Errorf("the instrument %q cannot be on the page: %w", m.Name, err)
	}
	kind := kinds[in.shape].page
	d, ok := p.defined[name]
	if !ok {
		d = definition{help: m.Description, kind: kind}
		p.defined[name] = d
	}
	in.help = cmp.Or(d.help, m.Description)
	f := p.family(name, d)
	if has := f.dto.GetType(); d.kind != kind || has != kind {
		return fmt.Errorf("the instrument %q is the %s %s on the page, where %[3]s is a %s already; rename one of the two",
			m.Name, word(kind), name, word(has))
	}
	in.family = f
	return nil
}

// word is the name of a type as the page has it.
func word(t dto.MetricType) string { return strings.ToLower(t.String()) }

// labelled returns the sorted labels of a series, or why it cannot be on the page. The client library judges.
func (p *Page) labelled(s *scope, in *instrument, set attribute.Set) ([]*dto.LabelPair, error) {
	l, err := p.namer.attributes(set)
	if err != nil {
		return nil, err
	}
	l = l.and(s.labels)
	if in.desc == nil || !slices.Equal(l.names, in.names) {
		in.desc, in.names = prometheus.NewDesc(in.family.name(), in.help, l.names, nil), l.names
	}
	m, err := prometheus.NewConstMetric(in.desc, prometheus.GaugeValue, 0, l.values...)
	if err != nil {
		return nil, fmt.Errorf("a series of %s cannot be on the page: %w", in.family.name(), err)
	}
	var to dto.Metric
	if err := m.Write(&to); err != nil {
		return nil, err
	}
	return to.GetLabel(), nil
}
