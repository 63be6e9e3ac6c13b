// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"errors"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/expression"
)

// ErrTooFewFields reports that [EventType.Record] got fewer values than [EventType.Fields] has paths.
var ErrTooFewFields = errors.New("instruments: fewer values than the event type has fields")

// EventType holds all records of one entry of the event map, resolved once. It is safe for concurrent use.
type EventType struct {
	event   *eventmap.Event
	fields  []eventmap.Path
	targets []target
	every   int    // how many of the targets are of every_event; they come first
	name    string // that events with an earlier name are recorded under; empty without earlier names
}

// Event returns the map's entry. It is nil for [Set.Undeclared].
func (t *EventType) Event() *eventmap.Event { return t.event }

// Fields returns the data fields that the metrics of the event type read, each once. [EventType.Record] expects the
// values in this order. The caller must not change the slice.
func (t *EventType) Fields() []eventmap.Path { return t.fields }

// Record updates every metric that the entry records into. eventType is the event's actual type, which differs from the
// entry's name if the entry is a pattern. An earlier name of the entry is recorded as its present name. fields has one
// value for each path of [EventType.Fields].
//
// Record never blocks. It keeps no reference to fields. ctx gives exemplars their span. Its cancellation is ignored, as
// the OpenTelemetry API requires of instruments.
//
// Record does not record a value in these cases, and counts it in otelanalytics.values.refused:
//
//   - The value is missing, of the wrong type or not finite, or negative for a counter or a histogram.
//   - The condition of the record cannot be evaluated.
//   - With the value, the sum of the series would leave the range of an int64 or of the finite doubles.
//
// The only error is [ErrTooFewFields]. Then nothing was recorded.
func (t *EventType) Record(ctx context.Context, eventType string, fields []Value) error {
	return t.RecordWith(ctx, Envelope{Type: eventType}, fields)
}

// RecordWith records as [EventType.Record] does, with the properties that an event has beside its data. It keeps no
// reference to them. For an accepted event it makes the records of every_event first.
func (t *EventType) RecordWith(ctx context.Context, e Envelope, fields []Value) error {
	if len(fields) < len(t.fields) {
		return ErrTooFewFields
	}
	if t.name != "" {
		e.Type = t.name
	}
	targets := t.targets
	if !e.Accepted {
		targets = targets[t.every:]
	}
	for i := range targets {
		targets[i].record(ctx, &e, fields)
	}
	return nil
}

// Envelope holds the properties of an event beside its data that attributes can have as a source.
type Envelope struct {
	Type     string // the event's actual type
	Platform string // such as "ios"; empty: the attribute's default
	Module   string // empty: the attribute's default
	Session  bool   // it has a session
	Accepted bool   // an event was accepted; else metrics are recorded without one
}

// newEventType resolves what an entry records, or, for nil, what an event without an entry does.
func (s *Set) newEventType(e *eventmap.Event) *EventType {
	return resolve(s.eventMap, e, s.metrics, false)
}

// resolve resolves the records of an entry, or of an event without one, that are of unique metrics or of the others.
func resolve(m *eventmap.Map, e *eventmap.Event, metrics map[string]*instrumented, unique bool) *EventType {
	t := &EventType{event: e}
	t.add(m.EveryEvent(), metrics, unique)
	t.every = len(t.targets)
	if e != nil {
		t.add(e.Records, metrics, unique)
		if len(e.RenamedFrom) > 0 {
			t.name = e.Name
		}
	}
	return t
}

// add resolves records of unique metrics, or those of the others.
func (t *EventType) add(records []eventmap.Record, metrics map[string]*instrumented, unique bool) {
	for i := range records {
		r := &records[i]
		if !r.Metric.Enabled || r.Metric.Instrument.IsUnique() != unique {
			continue
		}
		to := target{metric: metrics[r.Metric.Name], when: t.formula(r.When), value: constant}
		switch {
		case unique && r.Metric.Counted.Path != nil:
			to.value = t.field(r.Metric.Counted.Path)
		case unique:
			to.session = r.Metric.Counted.Of == eventmap.OfSession
		case r.Value.Expression != nil:
			to.value, to.computed = computed, t.formula(r.Value.Expression)
		case r.Value.Path != nil:
			to.value = t.field(r.Value.Path)
		default:
			to.constant = number{i: int64(r.Value.Constant), f: r.Value.Constant}
		}
		for j := range r.Sources {
			from := source{kind: r.Sources[j].Kind}
			switch from.kind {
			case eventmap.FromConstant:
				from.id = to.metric.space.dims[j].id(r.Sources[j].Constant)
			case eventmap.FromData:
				from.field = t.field(r.Sources[j].Path)
			case eventmap.FromWindow:
				continue
			case eventmap.FromType, eventmap.FromPlatform, eventmap.FromModule, eventmap.FromSession:
			}
			to.sources = append(to.sources, from)
		}
		t.targets = append(t.targets, to)
	}
}

// formula resolves the fields of an expression; nil stays nil.
func (t *EventType) formula(x *eventmap.Expression) *formula {
	if x == nil {
		return nil
	}
	resolved := &formula{program: (*expression.Program)(x)}
	for _, o := range resolved.program.Operands() {
		resolved.fields = append(resolved.fields, t.field(o.Path))
	}
	return resolved
}

// field returns the index of path among the fields, adding it when it is new. A name with dots is the path that it spells.
func (t *EventType) field(path eventmap.Path) int {
	for i, p := range t.fields {
		if strings.Join(p, ".") == strings.Join(path, ".") {
			return i
		}
	}
	t.fields = append(t.fields, path)
	return len(t.fields) - 1
}
