// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"math/bits"
	"math/rand/v2"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// series is one combination of attribute values of a metric, as the OpenTelemetry API wants it. The
// options are made once, and are slices of arrays: what a call passes on as variadic options allocates nothing.
type series struct {
	add     [1]metric.AddOption
	record  [1]metric.RecordOption
	observe [1]metric.ObserveOption
	total   *total // nil: its sum cannot leave its range
}

// space is the set of attribute combinations of one metric, bounded by max_series.
type space struct {
	dims     []*dimension
	factor   uint64 // odd and random: the seed of the table's hashes
	table    *table[uint64, *series]
	overflow *series // every attribute is other
	followed bool    // each series has a total
	shared   combinations
}

// newSpace returns the space of a metric. The map has made sure that a key has room for all of its attributes.
func newSpace(m *eventmap.Metric, followed bool, sharing sharing) *space {
	s := &space{factor: rand.Uint64() | 1, table: newTable[uint64, *series](m.MaxSeries), followed: followed}
	for _, a := range m.Attributes {
		s.dims = append(s.dims, newDimension(a))
	}
	s.shared = sharing.of(m.Attributes, s.dims)
	s.overflow = s.build(0)
	return s
}

// at returns the series of a key, which is the identifiers of all dimensions in mixed radix. within is
// false when the combination lies beyond max_series.
func (s *space) at(key uint64) (found *series, within bool) {
	if found, ok := s.table.get(s.hash(key), key); ok {
		return found, true
	}
	if s.table.isFull() {
		return s.overflow, key == 0
	}
	return s.learn(key)
}

// hash multiplies, and folds both halves of the product into one.
func (s *space) hash(key uint64) uint64 {
	hi, lo := bits.Mul64(key, s.factor)
	return hi ^ lo
}

func (s *space) learn(key uint64) (*series, bool) {
	if key == 0 && len(s.dims) > 0 {
		return s.overflow, true // all other: has its place beyond max_series
	}
	found, ok := s.table.add(s.hash(key), key, func(int) *series { return s.build(key) })
	if !ok {
		return s.overflow, false
	}
	return found, true
}

func (s *space) build(key uint64) *series {
	option := s.shared.option(key, func() metric.MeasurementOption { return s.option(key) })
	built := &series{add: [1]metric.AddOption{option}, record: [1]metric.RecordOption{option}, observe: [1]metric.ObserveOption{option}}
	if s.followed {
		built.total = new(total)
	}
	return built
}

// option makes the attribute set of a key.
func (s *space) option(key uint64) metric.MeasurementOption {
	var few [4]attribute.KeyValue // most metrics have no more
	attrs := few[:0]
	for i := len(s.dims) - 1; i >= 0; i-- {
		d := s.dims[i]
		attrs = append(attrs, attribute.String(d.name, d.text(uint32(key%d.size))))
		key /= d.size
	}
	return metric.WithAttributeSet(attribute.NewSet(attrs...))
}

// declared returns every combination of listed values and defaults, or nil when an attribute has a
// limit in place of values, for then they are not known.
func (s *space) declared() []*series {
	keys := []uint64{0}
	for _, d := range s.dims {
		if d.limited != nil {
			return nil
		}
		next := make([]uint64, 0, len(keys)*int(d.size-1))
		for _, k := range keys {
			for id := uint64(defaultID); id < d.size; id++ {
				next = append(next, k*d.size+id)
			}
		}
		keys = next
	}
	all := make([]*series, 0, len(keys))
	for _, k := range keys {
		if found, within := s.at(k); within {
			all = append(all, found)
		}
	}
	return all
}
