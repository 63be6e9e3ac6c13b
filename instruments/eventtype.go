// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"errors"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/expression"
)

// ErrTooFewFields reports that [EventType.Record] was given fewer values than [EventType.Fields] has paths.
var ErrTooFewFields = errors.New("instruments: fewer values than the event type has fields")

// EventType is everything that one entry of the map's events records, resolved once. It is safe for
// concurrent use.
type EventType struct {
	event   *eventmap.Event
	fields  []eventmap.Path
	targets []target
}

// Event returns the map's entry.
func (t *EventType) Event() *eventmap.Event { return t.event }

// Fields returns the data fields that the event type's metrics take their attributes and values from,
// each once, in the order in which [EventType.Record] wants them. The caller must not change them.
func (t *EventType) Fields() []eventmap.Path { return t.fields }

// Record updates every metric that the entry names. eventType is the event's actual type, which differs
// from the entry's name when that is a pattern; fields has one value for each of [EventType.Fields].
//
// Record never blocks and keeps no reference to fields. ctx gives exemplars their span; its cancellation is
// ignored, as the OpenTelemetry API demands of instruments. A value that is missing, of the wrong type, not
// finite, or negative for a counter or a histogram, is not recorded and is counted in
// otelanalytics.values.refused. So is a condition that cannot be told, and a value with which the sum of its series would
// leave the range of an int64 or of the finite doubles.
//
// The error is [ErrTooFewFields], and nothing else: then nothing was recorded.
func (t *EventType) Record(ctx context.Context, eventType string, fields []Value) error {
	if len(fields) < len(t.fields) {
		return ErrTooFewFields
	}
	for i := range t.targets {
		t.targets[i].record(ctx, eventType, fields)
	}
	return nil
}

func (s *Set) newEventType(e *eventmap.Event) *EventType {
	t := &EventType{event: e, targets: make([]target, 0, len(e.Records))}
	for i := range e.Records {
		r := &e.Records[i]
		if !r.Metric.Enabled {
			continue
		}
		to := target{metric: s.metrics[r.Metric.Name], when: t.formula(r.When), value: constant}
		switch {
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
			case eventmap.FromType:
			}
			to.sources = append(to.sources, from)
		}
		t.targets = append(t.targets, to)
	}
	return t
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

// field returns the index of path among the fields, adding it when it is new.
func (t *EventType) field(path eventmap.Path) int {
	for i, p := range t.fields {
		if slices.Equal(p, path) {
			return i
		}
	}
	t.fields = append(t.fields, path)
	return len(t.fields) - 1
}
