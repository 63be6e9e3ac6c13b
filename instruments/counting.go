// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"math"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Counting evaluates what events record into the unique metrics of an event map. For each event it returns the metrics,
// the values to count and their attributes. Conditions, defaults and bounds are the same as in [EventType.Record],
// which leaves these metrics out. Package uniques does the counting itself. A Counting is safe for concurrent use.
type Counting struct {
	eventMap   *eventmap.Map
	metrics    []*instrumented
	events     map[string]*CountedType // by the entry's name
	undeclared *CountedType
}

// NewCounting returns the counting of the unique metrics that the map enables.
func NewCounting(m *eventmap.Map) *Counting {
	c := &Counting{eventMap: m, events: make(map[string]*CountedType, len(m.Events()))}
	metrics, sharing := make(map[string]*instrumented), sharing{}
	for _, declared := range m.Metrics() {
		if !declared.Instrument.IsUnique() || !declared.Enabled {
			continue
		}
		i := &instrumented{name: declared.Name, space: newSpace(perWindow(declared), false, sharing), observe: unfed{}}
		metrics[declared.Name] = i
		c.metrics = append(c.metrics, i)
	}
	c.undeclared = &CountedType{resolve(m, nil, metrics, true)}
	for _, e := range m.Events() {
		c.events[e.Name] = &CountedType{resolve(m, e, metrics, true)}
	}
	return c
}

// perWindow returns a unique metric without the attribute of the windows. Each of its combinations is a series in each window.
func perWindow(m *eventmap.Metric) *eventmap.Metric {
	one := *m
	one.Attributes = m.Attributes[:len(m.Attributes)-1]
	one.MaxSeries = max(1, m.MaxSeries/len(m.Counted.Windows))
	return &one
}

// EventType returns the evaluation of events of the type: the map's best match, or else the records of every_event.
func (c *Counting) EventType(eventType string) *CountedType {
	if e, ok := c.eventMap.Match(eventType); ok {
		return c.events[e.Name]
	}
	return c.undeclared
}

// Undeclared returns the evaluation of events that match no entry of the map.
func (c *Counting) Undeclared() *CountedType { return c.undeclared }

// Memory returns the values that the counting has learned of attributes, as [Set.Memory] does.
func (c *Counting) Memory() Memory { return memoryOf(c.metrics) }

// Remember loads the memory of another counting of the same event map. Call it before this counting has counted
// anything. The error is [ErrMemory]. After an error, the counting must not be used.
func (c *Counting) Remember(m Memory) error { return m.teach(c.metrics) }

// Register counts refused and replaced values in the SDK's own metrics, which a [Set] has, too:
//
//   - otelanalytics.values.refused counts values of a type that cannot be counted, values whose condition cannot be
//     evaluated, and values with an attribute that is neither text nor a number.
//   - otelanalytics.attributes.overflow counts attributes that became "other".
//
// An event that is evaluated twice is counted twice. Unregister of the registration ends the counting.
func (c *Counting) Register(meter metric.Meter) (metric.Registration, error) {
	can := possibleOf(c.metrics, c.undeclared.records, func(yield func(*EventType) bool) {
		for _, t := range c.events {
			if !yield(t.records) {
				return
			}
		}
	})
	return registerOwn(meter, overflows(c.metrics), can.counters(c.metrics), func(context.Context) {})
}

// CountedType evaluates the events of one entry of the map.
type CountedType struct{ records *EventType }

// Event returns the map's entry, or nil for events without one.
func (t *CountedType) Event() *eventmap.Event { return t.records.event }

// Fields returns the data fields that the evaluation needs, as [EventType.Fields] does.
func (t *CountedType) Fields() []eventmap.Path { return t.records.fields }

// Actor identifies the user and the session of an event.
type Actor struct{ User, Session string }

// Each calls f for each value that an event counts, with the name of the metric. The value is non-empty text, an int or
// a bool. A double without a fraction is passed as an int, since JSON has one type of number. fields and the error are
// as for [EventType.Record].
func (t *CountedType) Each(e Envelope, who Actor, fields []Value, f func(metric string, tuple Tuple, value Value)) error {
	if len(fields) < len(t.records.fields) {
		return ErrTooFewFields
	}
	if t.records.name != "" {
		e.Type = t.records.name
	}
	targets := t.records.targets
	for i := range targets {
		to := &targets[i]
		if to.when != nil && !to.holds(&e, fields) {
			continue
		}
		value := String(who.User)
		switch {
		case to.value >= 0:
			value = fields[to.value]
		case to.session:
			value = String(who.Session)
		}
		value, why := countable(value)
		switch {
		case why != accepted:
			to.metric.refused[why].Add(1)
		case value.kind != KindMissing:
			f(to.metric.name, Tuple{to.series(&e, fields)}, value)
		}
	}
	return nil
}

// countable returns a value as it counts; a missing one does not.
func countable(v Value) (Value, reason) {
	switch v.kind {
	case KindString:
		if v.text == "" {
			return Value{}, accepted
		}
	case KindDouble:
		f := v.double()
		if f != math.Trunc(f) || f < math.MinInt64 || f >= -math.MinInt64 {
			return Value{}, reasonType
		}
		return Int(int64(f)), accepted
	case KindOther:
		return Value{}, reasonType
	case KindMissing, KindInt, KindBool:
	}
	return v, accepted
}

// Tuple is the attributes of a counted value, without the attribute of the windows. Two tuples of one metric are equal
// if their attributes are.
type Tuple struct{ series *series }

// Attributes returns the attributes.
func (t Tuple) Attributes() attribute.Set {
	return metric.NewObserveConfig(t.series.observe[:]).Attributes()
}
