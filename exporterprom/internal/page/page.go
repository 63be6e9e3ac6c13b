// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// Config says what the page looks like. The zero value has neither target_info nor labels of scopes and the resource.
type Config struct {
	Namespace      string
	Translation    otlptranslator.TranslationStrategyOption // empty: UnderscoreEscapingWithSuffixes
	ScopeInfo      bool
	TargetInfo     bool
	ResourceLabels attribute.Filter // nil: none
}

// Page has the families of the last gathering. It is not safe for concurrent use: nobody may read the families while
// [Page.Update] runs.
type Page struct {
	config   Config
	namer    namer
	resource resourceInfo
	native   *prometheus.Desc // of every native histogram

	scopes   map[instrumentation.Scope]*scope
	defined  map[string]definition // what a name means, by who had it first
	families map[string]*family
	sorted   []*family // all families, by name
	met      []*family // those of this gathering, in the order of the data

	gathering uint64    // number of the running or last one
	previous  time.Time // when the one before began; zero: there was none
	stamps    stamps
	errs      []error
	shown     []*dto.MetricFamily
}

// New returns an empty page, or why the namespace cannot be one.
func New(c Config) (*Page, error) {
	n, err := newNamer(c.Namespace, c.Translation)
	if err != nil {
		return nil, err
	}
	return &Page{
		config: c, namer: n, native: prometheus.NewDesc("native", "", nil, nil),
		scopes: map[instrumentation.Scope]*scope{}, defined: map[string]definition{}, families: map[string]*family{},
	}, nil
}

// bridgeScope is the scope of metrics that come from client_golang, which the exporter refuses.
const bridgeScope = "go.opentelemetry.io/contrib/bridges/prometheus"

// Update takes what was collected, in a collection that began at a time. It returns the families in the order of their
// names; they and their metrics are the page's until the next Update. What cannot be on the page is left out of them and
// told in err.
func (p *Page) Update(data *metricdata.ResourceMetrics, began time.Time) ([]*dto.MetricFamily, error) {
	p.gathering++
	p.errs, p.met = p.errs[:0], p.met[:0]
	if p.readResource(data.Resource) {
		for i := range data.ScopeMetrics {
			p.takeScope(&data.ScopeMetrics[i])
		}
	}
	p.forget()
	for _, f := range p.sorted {
		p.errs = append(p.errs, f.settle(p.gathering)...)
	}
	p.show()
	p.previous = began
	return p.shown, joined(p.errs)
}

func (p *Page) takeScope(from *metricdata.ScopeMetrics) {
	if from.Scope.Name == bridgeScope {
		p.resource.refuseBridge.Do(func() {
			otel.Handle(fmt.Errorf("exporterprom: metrics of %s are not on the page; hand the registry to WithGatherer instead", bridgeScope))
		})
		return
	}
	s := p.scope(from.Scope)
	if s.err != nil {
		p.errs = append(p.errs, s.err)
		return
	}
	for i := range from.Metrics {
		p.take(s, &from.Metrics[i])
	}
}

// forget drops instruments that this gathering did not have.
func (p *Page) forget() {
	for key, s := range p.scopes {
		for id, in := range s.instruments {
			if in.seen != p.gathering {
				if in.family != nil {
					in.family.changed = true
				}
				delete(s.instruments, id)
			}
		}
		if len(s.instruments) == 0 && s.seen != p.gathering {
			delete(p.scopes, key)
		}
	}
}

// show makes the list of families, without those that collide.
func (p *Page) show() {
	for _, f := range p.met {
		if other := p.collision(f); other != nil {
			p.errs = append(p.errs, fmt.Errorf("%s and the %s %s would have a series of the same name; %s is left out",
				f.name(), strings.ToLower(other.dto.GetType().String()), other.name(), f.name()))
			continue
		}
		f.accepted = p.gathering
	}
	p.shown = p.shown[:0]
	for _, f := range p.sorted {
		if f.accepted == p.gathering {
			p.shown = append(p.shown, &f.dto)
		}
	}
}

// collision returns a family that came before one and has a series of its name: a histogram x has x_count.
func (p *Page) collision(f *family) *family {
	if base := p.families[f.base]; f.base != "" && base != nil && base.accepted == p.gathering && base.histogram() {
		return base
	}
	if f.histogram() {
		for _, name := range f.suffixed {
			if other := p.families[name]; other != nil && other.accepted == p.gathering {
				return other
			}
		}
	}
	return nil
}

// meet notes that a family has a series in this gathering, whose instrument has this description.
func (p *Page) meet(f *family, help *string) {
	if f.seen != p.gathering {
		f.seen, f.dto.Help = p.gathering, help
		p.met = append(p.met, f)
	}
}

// family returns the family of a name, which it makes if it is not there yet.
func (p *Page) family(name string, d definition) *family {
	if f := p.families[name]; f != nil {
		return f
	}
	f := newFamily(name, d)
	p.families[name] = f
	i, _ := slices.BinarySearchFunc(p.sorted, name, func(f *family, name string) int { return strings.Compare(f.name(), name) })
	p.sorted = slices.Insert(p.sorted, i, f)
	return f
}
