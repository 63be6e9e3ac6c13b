// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"sync"
	"sync/atomic"
)

// table is a map that only grows, up to a limit. Readers take no lock: entries are immutable, slots
// are written once, and a larger slot array replaces the old one as a whole. Callers give the hash of a key
// with it, seeded so that nobody can choose colliding keys; its low bits are used.
type table[K comparable, V any] struct {
	limit int
	slots atomic.Pointer[[]atomic.Pointer[entry[K, V]]]
	full  atomic.Bool

	mu sync.Mutex // serialises add
	n  int
}

type entry[K comparable, V any] struct {
	hash  uint64
	key   K
	value V
}

func newTable[K comparable, V any](limit int) *table[K, V] {
	t := &table[K, V]{limit: limit}
	slots := make([]atomic.Pointer[entry[K, V]], 8)
	t.slots.Store(&slots)
	return t
}

// get returns the value stored under key. While an add is in progress it may miss a key that the add
// is about to publish; add looks again under its lock.
func (t *table[K, V]) get(hash uint64, key K) (value V, ok bool) {
	slots := *t.slots.Load()
	mask := uint64(len(slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
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
func (t *table[K, V]) add(hash uint64, key K, build func(n int) V) (value V, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if value, ok = t.get(hash, key); ok {
		return value, true
	}
	if t.n >= t.limit {
		t.full.Store(true)
		return value, false
	}
	value = build(t.n)
	slots := *t.slots.Load()
	added := &entry[K, V]{hash: hash, key: key, value: value}
	if 2*(t.n+1) > len(slots) {
		grown := make([]atomic.Pointer[entry[K, V]], 2*len(slots))
		for i := range slots {
			if e := slots[i].Load(); e != nil {
				place(grown, e)
			}
		}
		slots = grown
		place(slots, added)
		t.slots.Store(&slots)
	} else {
		place(slots, added)
	}
	t.n++
	return value, true
}

// place puts e into the first free slot of its probe sequence. At least half of the slots are free.
func place[K comparable, V any](slots []atomic.Pointer[entry[K, V]], e *entry[K, V]) {
	mask := uint64(len(slots) - 1)
	i := e.hash & mask
	for slots[i].Load() != nil {
		i = (i + 1) & mask
	}
	slots[i].Store(e)
}
