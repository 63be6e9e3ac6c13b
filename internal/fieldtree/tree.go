// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unsafe"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// Tree finds the fields that an event type's metrics need in its encoded data, in one pass, and
// skips every subdocument that none of them is in. Reading what is stored, and not what was passed, makes
// metrics and documents agree by construction, for whatever Go types the caller used.
type Tree struct {
	children []node
	deep     bool // a child has children: a key with dots may spell the path to one

	closed bool  // fields that the map does not declare do not stay
	extra  int32 // the counter of such fields, where they are violations; -1 otherwise

	requires bool // the map requires a field in it
}

type node struct {
	key      string
	slot     int // where the field's value goes, or -1
	size     int // where the number of its elements goes, or -1
	sums     []entrySum
	needed   bool          // one of these is there; set with rules
	types    typeSet       // those that the map allows
	declared int           // which of the declared fields it is
	rules    *fieldRules   // nil: the event has no contract, or metrics alone need the field
	path     eventmap.Path // with rules
	tree     Tree
}

// Found is what a tree finds in a document.
type Found struct {
	Values   []instruments.Value // by the index of the path
	Mistyped []int               // declared fields of another type, by their index; allocated in this rare case only
}

// sizeKey ends a path that asks for the number of elements of an array.
const sizeKey = "$size"

// sumKey stands in a path between an array and the field that an expression sums over its entries.
const sumKey = "$sum"

// New returns the tree of the fields that metrics need, as instruments.EventType.Fields has them, and of those whose type
// is declared.
func New(paths []eventmap.Path, declared []eventmap.Field) Tree {
	var root Tree
	for slot, path := range paths {
		path = spelled(path)
		if i := slices.Index(path, sumKey); i > 0 {
			n := root.node(path[:i])
			n.sums = append(n.sums, entrySum{New([]eventmap.Path{path[i+1:]}, nil), slot})
			continue
		}
		if last := len(path) - 1; last > 0 && path[last] == sizeKey {
			root.node(path[:last]).size = slot
		} else {
			root.node(path).slot = slot
		}
	}
	for i := range declared {
		n := root.node(declared[i].Path)
		n.types, n.declared = typesOf(&declared[i]), i
	}
	return root
}

// spelled returns a path whose parts have no dots: a name with dots is the path that it spells, as a key with dots is.
func spelled(path eventmap.Path) eventmap.Path {
	return strings.Split(strings.Join(path, "."), ".")
}

// node returns the node of a path, adding what is not there yet. It is valid until the next call.
func (t *Tree) node(path eventmap.Path) *node {
	for _, part := range path[:len(path)-1] {
		t.deep = true
		t = &t.child(part).tree
	}
	return t.child(path[len(path)-1])
}

func (t *Tree) child(key string) *node {
	if n := t.known(key); n != nil {
		return n
	}
	t.children = append(t.children, node{key: key, slot: -1, size: -1, types: anyType})
	return &t.children[len(t.children)-1]
}

// Read fills to from doc, which is a BSON document; what is damaged is left out. Text values refer to doc's memory. The
// caller clears to before.
func (t *Tree) Read(doc []byte, to *Found) {
	if len(t.children) == 0 || len(doc) < 5 {
		return
	}
	// The first of several fields of one name counts, as for MongoDB. Of more than 64 children, all fields are read to the end.
	var seen uint64
	at := 0 // documents have their fields in the order of the map, more often than not
	for found, rest := 0, doc[4:]; found < len(t.children) || t.deep; {
		i, keyBytes := t.first(rest, at)
		elementType, value, next, ok := bsondoc.NextValue(rest, keyBytes)
		if !ok {
			return
		}
		if i < 0 {
			if t.deep {
				t.dotted(string(rest[1:1+keyBytes]), elementType, value, to)
			}
			rest = next
			continue
		}
		rest = next
		at = i + 1
		if bit := uint64(1) << i; bit != 0 {
			if seen&bit != 0 {
				continue
			}
			seen |= bit
			found++
		}
		t.children[i].take(elementType, value, to)
	}
}

// fill puts a value of the node where it belongs.
func (n *node) fill(elementType byte, value []byte, to *Found) {
	if n.slot >= 0 {
		to.Values[n.slot] = scalar(elementType, value)
	}
	if n.size >= 0 {
		to.Values[n.size] = size(elementType, value)
	}
	for i := range n.sums {
		to.Values[n.sums[i].slot] = n.sums[i].of(elementType, value)
	}
}

// take fills in a value of the node, and of those within it.
func (n *node) take(elementType byte, value []byte, to *Found) {
	n.fill(elementType, value, to)
	if !n.types.has(elementType, value) {
		to.Mistyped = append(to.Mistyped, n.declared)
	}
	if elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray {
		n.tree.Read(value, to)
	}
}

// dotted reads a field whose key spells a path, as loggers flatten what they get: "user.plan". A field that was found
// before keeps its value.
func (t *Tree) dotted(key string, elementType byte, value []byte, to *Found) {
	for {
		part, rest, more := strings.Cut(key, ".")
		n := t.known(part)
		switch {
		case n == nil:
			return
		case more:
			t, key = &n.tree, rest
			continue
		case n.slot >= 0 && to.Values[n.slot].Kind() != instruments.KindMissing, n.size >= 0 && to.Values[n.size].Kind() != instruments.KindMissing:
			return
		}
		n.take(elementType, value, to)
		return
	}
}

// known returns the child of a key; nil: none.
func (t *Tree) known(key string) *node {
	for i := range t.children {
		if t.children[i].key == key {
			return &t.children[i]
		}
	}
	return nil
}

// first returns which child the first element of body is, or -1, and the length of its key. It looks at the child with
// index at first, which may be one past the last.
func (t *Tree) first(body []byte, at int) (child, keyBytes int) {
	for range t.children {
		if at >= len(t.children) {
			at = 0
		}
		if key := t.children[at].key; bsondoc.HasKey(body, key) {
			return at, len(key)
		}
		at++
	}
	return -1, bsondoc.KeyBytes(body)
}

// scalar converts a BSON value for the instruments.
func scalar(elementType byte, b []byte) instruments.Value {
	switch elementType {
	case bsondoc.TypeString:
		if len(b) < 5 {
			return instruments.Other() // a bson.Raw within the data, which nobody has validated
		}
		text := b[4 : len(b)-1]
		// The instruments keep no reference, and doc is not changed while they run.
		return instruments.String(unsafe.String(unsafe.SliceData(text), len(text)))
	case bsondoc.TypeInt32:
		return instruments.Int(int64(int32(binary.LittleEndian.Uint32(b))))
	case bsondoc.TypeInt64:
		return instruments.Int(int64(binary.LittleEndian.Uint64(b)))
	case bsondoc.TypeDouble:
		return instruments.Double(math.Float64frombits(binary.LittleEndian.Uint64(b)))
	case bsondoc.TypeBool:
		return instruments.Bool(b[0] != 0)
	case bsondoc.TypeNull, bsondoc.TypeUndefined:
		return instruments.Value{}
	default:
		return instruments.Other()
	}
}

// size counts the elements of an array.
func size(elementType byte, b []byte) instruments.Value {
	if elementType != bsondoc.TypeArray {
		if elementType == bsondoc.TypeNull {
			return instruments.Value{}
		}
		return instruments.Other()
	}
	if len(b) < 5 {
		return instruments.Other()
	}
	n := int64(0)
	for rest := b[4:]; ; n++ {
		_, _, _, next, ok := bsondoc.Next(rest)
		if !ok {
			return instruments.Int(n)
		}
		rest = next
	}
}
