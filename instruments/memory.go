// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrMemory reports that a [Memory] does not belong to a set of the same event map.
var ErrMemory = errors.New("instruments: not the memory of a set of this event map")

// Memory is the state that a [Set] has built up while it recorded, by metric:
//
//   - the values of attributes with a limit;
//   - the combinations of values that have a series;
//   - the sums of series that must not leave their range.
//
// A set of the same event map that loads it bounds further values as the first set would have. A Memory is opaque, and
// can be encoded as JSON.
type Memory map[string]MetricMemory

// MetricMemory is the part of a [Memory] for one metric.
type MetricMemory struct {
	Values [][]string `json:"values,omitempty"` // by attribute: the learned values, in their order
	Keys   []uint64   `json:"keys,omitempty"`   // of the combinations, ascending
	Totals []Total    `json:"totals,omitempty"` // parallel to Keys, followed by the total of the overflow; empty when no sum is followed
}

// Total is the part of a [Memory] for one series.
type Total struct {
	Int   int64   `json:"int,omitempty"`
	Large float64 `json:"large,omitempty"`
	Any   bool    `json:"any,omitempty"`
}

// Memory returns the state that the set has built up. It may or may not include values that are recorded during the
// call.
func (s *Set) Memory() Memory { return memoryOf(s.ordered) }

func memoryOf(metrics []*instrumented) Memory {
	all := make(Memory, len(metrics))
	for _, i := range metrics {
		all[i.name] = i.space.memory()
	}
	return all
}

// Remember loads the memory of another set of the same event map. Call it before this set has recorded anything. The
// error is [ErrMemory]. After an error, the set must not be used.
func (s *Set) Remember(m Memory) error { return m.teach(s.ordered) }

// teach loads the memory into metrics that have recorded nothing.
func (m Memory) teach(metrics []*instrumented) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		i := slices.IndexFunc(metrics, func(i *instrumented) bool { return i.name == name })
		if i < 0 {
			return fmt.Errorf("%w: it has the metric %q", ErrMemory, name)
		}
		if err := metrics[i].space.remember(m[name]); err != nil {
			return fmt.Errorf("%w: metric %q: %s", ErrMemory, name, err)
		}
	}
	return nil
}

func (s *space) memory() MetricMemory {
	var m MetricMemory
	found := s.table.all() // before the values, so that each combination's values are among them
	for _, d := range s.dims {
		m.Values = append(m.Values, d.learned())
	}
	m.Keys = slices.Sorted(maps.Keys(found))
	if s.followed {
		for _, key := range m.Keys {
			m.Totals = append(m.Totals, found[key].total.memory())
		}
		m.Totals = append(m.Totals, s.overflow.total.memory())
	}
	return m
}

func (s *space) remember(m MetricMemory) error {
	if len(m.Values) != len(s.dims) {
		return fmt.Errorf("it has %d attributes, the event map %d", len(m.Values), len(s.dims))
	}
	for i, d := range s.dims {
		for _, text := range m.Values[i] {
			if d.limited == nil {
				return fmt.Errorf("it has learned values of the attribute %q, which the event map lists", d.name)
			}
			if _, ok := d.learn(text); !ok {
				return fmt.Errorf("it has more values of the attribute %q than the event map allows", d.name)
			}
		}
	}
	if s.followed && len(m.Totals) != len(m.Keys)+1 {
		return fmt.Errorf("it has %d sums for %d series", len(m.Totals), len(m.Keys)+1)
	}
	for i, key := range m.Keys {
		if key/s.most() > 0 {
			return errors.New("it has a series with values that the event map does not have")
		}
		found, within := s.at(key)
		if !within {
			return errors.New("it has more series than the event map allows")
		}
		if s.followed {
			found.total.remember(m.Totals[i])
		}
	}
	if s.followed {
		s.overflow.total.remember(m.Totals[len(m.Keys)])
	}
	return nil
}

// most returns how many keys there can be.
func (s *space) most() uint64 {
	n := uint64(1)
	for _, d := range s.dims {
		n *= d.size
	}
	return n
}

// learned returns the values that were learned, in their order.
func (d *dimension) learned() []string {
	if d.limited == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.texts[defaultID+1:])
}

func (t *total) memory() Total {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Total{t.ints.Load(), t.large, t.any}
}

func (t *total) remember(m Total) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ints.Store(m.Int)
	t.large, t.any = m.Large, m.Any
}

// all returns the entries of the table.
func (t *table[K, V]) all() map[K]V {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := make(map[K]V, t.n)
	for i := range *t.slots.Load() {
		if e := (*t.slots.Load())[i].Load(); e != nil {
			found[e.key] = e.value
		}
	}
	return found
}
