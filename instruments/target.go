// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// target is one record entry of an event: a metric, and where its value and attributes come from.
type target struct {
	metric   *instrumented
	sources  []source
	when     *formula // nil: always
	value    int      // index into the fields, or constant, or computed
	constant number
	computed *formula
	session  bool // of a unique metric: it counts sessions
}

// source says where one attribute comes from.
type source struct {
	kind  eventmap.SourceKind
	field int    // FromData: index into the fields
	id    uint32 // FromConstant
}

// In place of an index: the target has a constant value, or one that an expression computes.
const (
	constant = -1
	computed = -2
)

func (t *target) record(ctx context.Context, e *Envelope, fields []Value) {
	if t.when != nil && !t.holds(e, fields) {
		return
	}
	n, why := t.number(e, fields)
	if why != accepted {
		t.metric.refused[why].Add(1)
		return
	}
	t.metric.record(ctx, n, t.series(e, fields))
}

// holds reports whether the condition of a record that has one holds.
func (t *target) holds(e *Envelope, fields []Value) bool {
	holds, why := t.when.condition(e.Type, fields)
	if why != accepted {
		t.metric.refused[why].Add(1)
	}
	return holds
}

// series returns the series that the record belongs to.
func (t *target) series(e *Envelope, fields []Value) *series {
	var key uint64
	dims := t.metric.space.dims
	for i := range t.sources {
		key = key*dims[i].size + uint64(t.attribute(i, e, fields))
	}
	found, within := t.metric.space.at(key)
	if !within {
		t.metric.full.Add(1)
	}
	return found
}

// number returns what is added, set or observed.
func (t *target) number(e *Envelope, fields []Value) (number, reason) {
	switch t.value {
	case constant:
		return t.constant, accepted
	case computed:
		v, why := t.computed.value(e.Type, fields)
		if why != accepted {
			return number{}, why
		}
		return numberOf(v, t.metric.integer, t.metric.positive)
	default:
		return numberOf(fields[t.value], t.metric.integer, t.metric.positive)
	}
}

// attribute returns the identifier of the value of the attribute with index i.
func (t *target) attribute(i int, e *Envelope, fields []Value) uint32 {
	s, d := &t.sources[i], t.metric.space.dims[i]
	switch s.kind {
	case eventmap.FromConstant:
		return s.id
	case eventmap.FromType:
		return d.id(e.Type)
	case eventmap.FromPlatform:
		return d.idOrDefault(e.Platform)
	case eventmap.FromModule:
		return d.idOrDefault(e.Module)
	case eventmap.FromSession:
		return d.id(strconv.FormatBool(e.Session))
	default:
	}
	switch v := &fields[s.field]; v.kind {
	case KindMissing:
		return defaultID
	case KindString:
		return d.idOrDefault(v.text)
	case KindOther:
		t.metric.refused[reasonAttributeType].Add(1)
		return defaultID
	default:
		var buf [32]byte
		return d.idOfBytes(v.appendText(buf[:0]))
	}
}
