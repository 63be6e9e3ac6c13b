// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// ErrGauge reports that the event map has no such gauge to observe.
var ErrGauge = errors.New("instruments: not a gauge to observe")

// Gauge is a gauge of the map that no event records into. It has the values of the last [Gauge.Replace]. It is safe for
// concurrent use.
type Gauge struct {
	metric       *instrumented
	asInt        metric.Int64ObservableGauge
	asDouble     metric.Float64ObservableGauge
	on           func() bool
	values       atomic.Pointer[[]gaugeValue]
	registration metric.Registration // nil: the map says enabled: false
	release      func()              // lets the gauge be observed anew
	most         int                 // of a unique metric: how many series it has at most; 0 of other gauges
}

type gaugeValue struct {
	number number
	series *series
}

// ObserveGauge returns a gauge that the map declares and that no event records into. For any other name it returns an
// error that wraps [ErrGauge] and states the reason.
//
// The gauge is exported while on returns true. Each collection calls on, which must return at once. A metric with
// enabled: false is not exported, and that is no error.
func (s *Set) ObserveGauge(name string, on func() bool) (*Gauge, error) {
	m, ok := s.eventMap.Metric(name)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: the event map declares no metric %q; add it under metrics, with instrument: gauge", ErrGauge, name)
	case !m.Instrument.IsGauge():
		return nil, fmt.Errorf("%w: the event map declares %q as a %s; only a gauge can be observed", ErrGauge, name, m.Instrument)
	case s.fed[name]:
		return nil, fmt.Errorf("%w: an event of the event map records into %q; a gauge has one source", ErrGauge, name)
	case !m.Enabled:
		return &Gauge{}, nil
	}
	if _, taken := s.observed.LoadOrStore(name, (*Gauge)(nil)); taken {
		return nil, fmt.Errorf("%w: %q is observed already; a gauge has one source", ErrGauge, name)
	}
	g := &Gauge{metric: s.metrics[name], on: on, release: sync.OnceFunc(func() { s.observed.Delete(name) })}
	var instrument metric.Observable
	var err error
	if m.Instrument.IsUnique() {
		g.most = m.MaxSeries + len(m.Counted.Windows) // each window has one of "other" on top
	}
	unit, description := metric.WithUnit(m.Unit), metric.WithDescription(m.Description)
	if m.Number == eventmap.Int {
		g.asInt, err = s.meter.Int64ObservableGauge(name, unit, description)
		instrument = g.asInt
	} else {
		g.asDouble, err = s.meter.Float64ObservableGauge(name, unit, description)
		instrument = g.asDouble
	}
	if err == nil {
		g.registration, err = s.meter.RegisterCallback(g.collect, instrument)
	}
	if err != nil {
		g.release()
		return nil, fmt.Errorf("instruments: metric %q: %w", name, err)
	}
	s.observed.Store(name, g) // for Close
	return g, nil
}

// Stop removes the gauge. Afterwards it can be observed anew.
func (g *Gauge) Stop() error {
	if g.registration == nil {
		return nil
	}
	defer g.release()
	return g.registration.Unregister()
}

// Replace replaces all values of the gauge. It calls fill, which calls set once for each series with its value and
// pairs of attribute and value.
//
//   - Attributes that are left out have their default. Their values are bounded like those that events have.
//   - A value that is not finite is refused and counted, and so is one with an attribute that the metric does not
//     declare.
//   - For a unique metric, the attribute values come from counted tuples, which package uniques has bounded. Replace
//     takes them as they are, for at most as many series as the map allows.
func (g *Gauge) Replace(fill func(set func(value float64, attributes ...string))) {
	if g.metric == nil {
		return
	}
	var values []gaugeValue
	fill(func(value float64, attributes ...string) {
		n, why := numberOf(Double(value), g.metric.integer, false)
		if why == accepted && !g.metric.declares(attributes) {
			why = reasonAttributeType
		}
		if why != accepted {
			g.metric.refused[why].Add(1)
			return
		}
		var of *series
		within := true
		switch {
		case g.most == 0:
			of, within = g.metric.space.at(g.metric.key(attributes))
		case len(values) < g.most:
			of = g.metric.tuple(attributes)
		default:
			g.metric.full.Add(1)
			return
		}
		if !within {
			g.metric.full.Add(1)
		}
		values = append(values, gaugeValue{n, of})
	})
	kept := values // a set that is called after fill has returned changes nothing
	g.values.Store(&kept)
}

func (g *Gauge) collect(_ context.Context, to metric.Observer) error {
	values := g.values.Load()
	if values == nil || !g.on() {
		return nil
	}
	for _, v := range *values {
		if g.asInt != nil {
			to.ObserveInt64(g.asInt, v.number.i, v.series.observe[:]...)
		} else {
			to.ObserveFloat64(g.asDouble, v.number.f, v.series.observe[:]...)
		}
	}
	return nil
}

// declares reports whether the attributes of pairs are those of the metric, each at most once.
func (i *instrumented) declares(pairs []string) bool {
	known := 0
	for _, d := range i.space.dims {
		for k := 0; k+1 < len(pairs); k += 2 {
			if pairs[k] == d.name {
				known++
			}
		}
	}
	return 2*known == len(pairs)
}

// value returns what pairs have for an attribute; empty when they have none.
func (d *dimension) value(pairs []string) (value string) {
	for k := 0; k+1 < len(pairs); k += 2 {
		if pairs[k] == d.name {
			value = pairs[k+1]
		}
	}
	return value
}

// key returns the series of pairs of attribute and value.
func (i *instrumented) key(pairs []string) (key uint64) {
	for _, d := range i.space.dims {
		key = key*d.size + uint64(d.idOrDefault(d.value(pairs)))
	}
	return key
}

// tuple returns a series of pairs of attribute and value that is not kept.
func (i *instrumented) tuple(pairs []string) *series {
	attrs := make([]attribute.KeyValue, len(i.space.dims))
	for k, d := range i.space.dims {
		attrs[k] = attribute.String(d.name, cmp.Or(d.value(pairs), d.fallback))
	}
	return &series{observe: [1]metric.ObserveOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}}
}
