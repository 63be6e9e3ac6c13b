// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// table is a map that only grows, up to a limit. Readers take no lock: entries are immutable, slots
// are written once, and a larger slot array replaces the old one as a whole. The hash is seeded per
// table, so that a caller cannot choose colliding keys.
type table[K comparable, V any] struct {
	seed  maphash.Seed
	limit int
	slots atomic.Pointer[[]atomic.Pointer[entry[K, V]]]
	full  atomic.Bool

	mu sync.Mutex // serialises add
	n  int
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newTable[K comparable, V any](limit int) *table[K, V] {
	t := &table[K, V]{seed: maphash.MakeSeed(), limit: limit}
	slots := make([]atomic.Pointer[entry[K, V]], 8)
	t.slots.Store(&slots)
	return t
}

// get returns the value stored under key. While an add is in progress it may miss a key that the add
// is about to publish; add looks again under its lock.
func (t *table[K, V]) get(key K) (value V, ok bool) {
	slots := *t.slots.Load()
	mask := uint64(len(slots) - 1)
	for i := maphash.Comparable(t.seed, key) & mask; ; i = (i + 1) & mask {
		e := slots[i].Load()
		if e == nil {
			return value, false
		}
		if e.key == key {
			return e.value, true
		}
	}
}

// isFull reports that no key can be added any more.
func (t *table[K, V]) isFull() bool { return t.full.Load() }

// add stores make(n) under key, n being the number of keys before, unless the key is there already. It
// reports false when the table is full.
func (t *table[K, V]) add(key K, build func(n int) V) (value V, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if value, ok = t.get(key); ok {
		return value, true
	}
	if t.n >= t.limit {
		t.full.Store(true)
		return value, false
	}
	value = build(t.n)
	slots := *t.slots.Load()
	if 2*(t.n+1) > len(slots) {
		grown := make([]atomic.Pointer[entry[K, V]], 2*len(slots))
		for i := range slots {
			if e := slots[i].Load(); e != nil {
				t.place(grown, e)
			}
		}
		slots = grown
		t.place(slots, &entry[K, V]{key: key, value: value})
		t.slots.Store(&slots)
	} else {
		t.place(slots, &entry[K, V]{key: key, value: value})
	}
	t.n++
	return value, true
}

// place puts e into the first free slot of its probe sequence. At least half of the slots are free.
func (t *table[K, V]) place(slots []atomic.Pointer[entry[K, V]], e *entry[K, V]) {
	mask := uint64(len(slots) - 1)
	i := maphash.Comparable(t.seed, e.key) & mask
	for slots[i].Load() != nil {
		i = (i + 1) & mask
	}
	slots[i].Store(e)
}
