// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// other is the reserved attribute value that stands in for values beyond a bound.
const other = "other"

// maxValueBytes bounds the length of an attribute value that the map does not list, because the values
// of an attribute with a limit live as long as the process. A longer one becomes other.
const maxValueBytes = 256

// maxFew is how many values are compared one by one, which is faster than hashing.
const maxFew = 8

// The identifiers that every dimension has. Listed and later values follow.
const (
	otherID   = 0
	defaultID = 1
)

// dimension is one attribute of one metric: it turns values into small integers and back.
type dimension struct {
	name     string
	fallback string                 // the default
	few      []string               // immutable; the default and the listed values, by identifier less defaultID; nil when there are many
	many     map[string]uint32      // the same, when there are many
	limited  *table[string, uint32] // nil when the values are listed; else what is not fixed
	seed     maphash.Seed           // of limited
	size     uint64                 // how many identifiers there can be, other and default included
	overflow atomic.Int64           // values that became other

	mu    sync.Mutex // guards texts
	texts []string   // by identifier
}

func newDimension(a eventmap.Attribute) *dimension {
	d := &dimension{
		name:     a.Name,
		fallback: a.Default,
		texts:    append(make([]string, 0, 2+len(a.Values)), other, a.Default),
	}
	for _, v := range a.Values {
		if v != a.Default {
			d.texts = append(d.texts, v)
		}
	}
	d.size = uint64(len(d.texts))
	switch {
	case a.Limit > 0:
		d.limited, d.seed = newTable[string, uint32](a.Limit), maphash.MakeSeed()
		d.size += uint64(a.Limit)
	case len(d.texts) <= maxFew:
		d.few = d.texts[defaultID:]
	default:
		d.many = make(map[string]uint32, len(d.texts))
		for id, v := range d.texts[defaultID:] {
			d.many[v] = uint32(defaultID + id)
		}
	}
	return d
}

// id returns the identifier of a present, non-empty text; it never retains text.
func (d *dimension) id(text string) uint32 {
	if id, ok := d.listed(text); ok {
		return id
	}
	if d.limited != nil {
		if id, ok := d.limited.get(maphash.String(d.seed, text), text); ok {
			return id
		}
		if id, ok := d.learn(text); ok {
			return id
		}
		if text == other {
			return otherID // what the event says: no bound had it replaced
		}
	}
	d.overflow.Add(1)
	return otherID
}

// idOrDefault is id for a text that may be empty, which is a missing one.
func (d *dimension) idOrDefault(text string) uint32 {
	if text == "" {
		return defaultID
	}
	return d.id(text)
}

// listed finds the values that are known from the start, of which an attribute with a limit has its default alone.
func (d *dimension) listed(text string) (uint32, bool) {
	if d.limited != nil {
		return defaultID, text == d.fallback
	}
	if d.few == nil {
		id, ok := d.many[text]
		return id, ok
	}
	for i, v := range d.few {
		if v == text {
			return defaultID + uint32(i), true
		}
	}
	return otherID, false
}

// idOfBytes is id for text that was just built; it does not allocate for a known value of up to 32 bytes.
func (d *dimension) idOfBytes(text []byte) uint32 {
	return d.id(string(text))
}

// learn gives text an identifier, as long as the limit allows.
func (d *dimension) learn(text string) (uint32, bool) {
	if d.limited.isFull() || len(text) > maxValueBytes || text == other || !utf8.ValidString(text) {
		return otherID, false
	}
	kept := strings.Clone(text)
	return d.limited.add(maphash.String(d.seed, kept), kept, func(int) uint32 {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.texts = append(d.texts, kept)
		return uint32(len(d.texts) - 1)
	})
}

// text returns the value that id stands for.
func (d *dimension) text(id uint32) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.texts[id]
}
