// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// target is one record entry of an event: a metric, and where its value and attributes come from.
type target struct {
	metric   *instrumented
	sources  []source
	value    int // index into the fields, or constant
	constant number
}

// source says where one attribute comes from.
type source struct {
	kind  eventmap.SourceKind
	field int    // FromData: index into the fields
	id    uint32 // FromConstant
}

// constant in place of an index: the target has a constant value.
const constant = -1

func (t *target) record(ctx context.Context, eventType string, fields []Value) {
	n := t.constant
	if t.value != constant {
		var why reason
		if n, why = numberOf(fields[t.value], t.metric.integer, t.metric.monotonic); why != accepted {
			t.metric.refused[why].Add(1)
			return
		}
	}
	var key uint64
	dims := t.metric.space.dims
	for i := range t.sources {
		key = key*dims[i].size + uint64(t.attribute(i, eventType, fields))
	}
	found, within := t.metric.space.at(key)
	if !within {
		t.metric.full.Add(1)
	}
	t.metric.observe.observe(ctx, n, found)
}

// attribute returns the identifier of the value of the attribute with index i.
func (t *target) attribute(i int, eventType string, fields []Value) uint32 {
	s, d := &t.sources[i], t.metric.space.dims[i]
	switch s.kind {
	case eventmap.FromConstant:
		return s.id
	case eventmap.FromType:
		return d.id(eventType)
	default:
	}
	switch v := &fields[s.field]; v.kind {
	case KindMissing:
		return defaultID
	case KindString:
		if v.text == "" {
			return defaultID
		}
		return d.id(v.text)
	case KindOther:
		t.metric.refused[reasonAttributeType].Add(1)
		return defaultID
	default:
		var buf [32]byte
		return d.idOfBytes(v.appendText(buf[:0]))
	}
}
