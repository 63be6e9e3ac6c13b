// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Set holds the instruments of one event map.
type Set struct {
	eventMap *eventmap.Map
	metrics  map[string]*instrumented
	ordered  []*instrumented
	events   map[string]*EventType // by the entry's name

	undeclared *EventType
	fed        map[string]bool // metrics that an event records into, but for unique ones
	meter      metric.Meter
	observed   sync.Map // of *Gauge by name, those that are observed; nil while one is made

	zero         sync.Once
	registration metric.Registration
}

// New creates the instruments that m declares, with meter.
//
// Counters and up_down_counters whose attribute values are all listed start at zero. New records nothing else. The
// zeros are recorded with the first collection, so that they also reach a meter of the global provider that gets its
// SDK later.
//
// A metric's max_series above 1,999 needs a provider with a higher limit of series than the OpenTelemetry SDK's default
// of 2,000. Package instruments/meterprovider makes one.
//
// New returns the errors of all metrics joined, each with the metric's name.
func New(m *eventmap.Map, meter metric.Meter) (*Set, error) {
	s := &Set{
		eventMap: m,
		metrics:  make(map[string]*instrumented, len(m.Metrics())),
		events:   make(map[string]*EventType, len(m.Events())),
		fed:      make(map[string]bool, len(m.Metrics())),
		meter:    meter,
	}
	eachRecord(m, func(r *eventmap.Record) { s.fed[r.Metric.Name] = !r.Metric.Instrument.IsUnique() })
	followed, sharing := followed(m), sharing{}
	var errs []error
	for _, declared := range m.Metrics() {
		if !declared.Enabled {
			continue
		}
		// A gauge that no event records into waits for ObserveGauge: the two kinds of gauge cannot share a name.
		i, err := newInstrumented(declared, meter, declared.Instrument.IsGauge() && !s.fed[declared.Name], followed[declared.Name], sharing)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.metrics[declared.Name] = i
		s.ordered = append(s.ordered, i)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, e := range m.Events() {
		s.events[e.Name] = s.newEventType(e)
	}
	s.undeclared = s.newEventType(nil)
	if err := s.register(meter); err != nil {
		return nil, fmt.Errorf("instruments: %w", err)
	}
	return s, nil
}

// EventType returns the event type of the map's best match for eventType: the entry of that name, else the longest
// pattern. It does not allocate.
func (s *Set) EventType(eventType string) (*EventType, bool) {
	e, ok := s.eventMap.Match(eventType)
	if !ok {
		return nil, false
	}
	return s.events[e.Name], true
}

// Undeclared returns the records of events that match no entry of the map: the records of every_event.
func (s *Set) Undeclared() *EventType { return s.undeclared }

// eachRecord calls f for the records of every event, and for those of each entry.
func eachRecord(m *eventmap.Map, f func(*eventmap.Record)) {
	all := m.EveryEvent()
	for i := range all {
		f(&all[i])
	}
	for _, e := range m.Events() {
		for i := range e.Records {
			f(&e.Records[i])
		}
	}
}

// Enabled reports whether any instrument of the set records anything. It is false for the meters of a no-op provider,
// and for those a global provider makes before it has an SDK.
func (s *Set) Enabled(ctx context.Context) bool {
	for _, i := range s.ordered {
		if i.observe.enabled(ctx) {
			return true
		}
	}
	return len(s.ordered) == 0
}

// Close stops observing the set's own counters and the gauges of [Set.ObserveGauge]. Instruments stay usable: the
// OpenTelemetry API cannot remove them.
func (s *Set) Close() error {
	errs := []error{s.registration.Unregister()}
	s.observed.Range(func(_, g any) bool {
		if g := g.(*Gauge); g != nil {
			errs = append(errs, g.Stop())
		}
		return true
	})
	return errors.Join(errs...)
}

// zeroed collects the series that start at zero, and so reserves their place within max_series.
func (s *Set) zeroed() func(context.Context) {
	type start struct {
		observe observer
		series  []*series
	}
	var starts []start
	for _, declared := range s.eventMap.Metrics() {
		if !declared.Enabled || !declared.Instrument.StartsAtZero() {
			continue
		}
		i := s.metrics[declared.Name]
		starts = append(starts, start{i.observe, i.space.declared()})
	}
	return func(ctx context.Context) {
		for _, st := range starts {
			for _, se := range st.series {
				st.observe.observe(ctx, number{}, se)
			}
		}
		starts = nil
	}
}
