// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"bytes"
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/internal/bsondoc"
)

// fieldTree finds the fields that an event type's metrics need in its encoded data, in one pass, and
// skips every subdocument that none of them is in. Reading what is stored, and not what was passed, makes
// metrics and documents agree by construction, for whatever Go types the caller used.
type fieldTree struct {
	children []fieldNode
}

type fieldNode struct {
	key  string
	slot int // where the field's value goes, or -1
	size int // where the number of its elements goes, or -1
	tree fieldTree
}

// sizeKey ends a path that asks for the number of elements of an array.
const sizeKey = "$size"

func newFieldTree(paths []eventmap.Path) fieldTree {
	var root fieldTree
	for slot, path := range paths {
		root.add(path, slot)
	}
	return root
}

func (t *fieldTree) add(path eventmap.Path, slot int) {
	n := t.child(path[0])
	switch {
	case len(path) == 1:
		n.slot = slot
	case len(path) == 2 && path[1] == sizeKey:
		n.size = slot
	default:
		n.tree.add(path[1:], slot)
	}
}

func (t *fieldTree) child(key string) *fieldNode {
	for i := range t.children {
		if t.children[i].key == key {
			return &t.children[i]
		}
	}
	t.children = append(t.children, fieldNode{key: key, slot: -1, size: -1})
	return &t.children[len(t.children)-1]
}

// read fills values from doc, which is a valid BSON document. Text values refer to doc's memory.
func (t *fieldTree) read(doc []byte, values []instruments.Value) {
	if len(t.children) == 0 || len(doc) < 5 {
		return
	}
	// The first of several fields of one name counts, as for MongoDB. What is beyond 64 is read to the end.
	var seen uint64
	for found, rest := 0, doc[4:]; found < len(t.children); {
		elementType, key, value, next, ok := element(rest)
		if !ok {
			return
		}
		rest = next
		for i := range t.children {
			n := &t.children[i]
			if n.key != string(key) {
				continue
			}
			if bit := uint64(1) << i; bit != 0 {
				if seen&bit != 0 {
					break
				}
				seen |= bit
				found++
			}
			if n.slot >= 0 {
				values[n.slot] = scalar(elementType, value)
			}
			if n.size >= 0 {
				values[n.size] = size(elementType, value)
			}
			if elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray {
				n.tree.read(value, values)
			}
			break
		}
	}
}

// element splits the first element off a document's body. It reports false at the end, and for a type
// that cannot be skipped.
func element(b []byte) (elementType byte, key, value, rest []byte, ok bool) {
	if len(b) < 2 || b[0] == 0 {
		return 0, nil, nil, nil, false
	}
	elementType = b[0]
	end := bytes.IndexByte(b[1:], 0)
	if end < 0 {
		return 0, nil, nil, nil, false
	}
	key, b = b[1:1+end], b[2+end:]
	n := valueSize(elementType, b)
	if n < 0 || n > len(b) {
		return 0, nil, nil, nil, false
	}
	return elementType, key, b[:n], b[n:], true
}

// valueSize returns how many bytes a value of the type takes, by https://bsonspec.org, or -1.
func valueSize(elementType byte, b []byte) int {
	prefixed := func(more int) int {
		if len(b) < 4 {
			return -1
		}
		return int(binary.LittleEndian.Uint32(b)) + more
	}
	switch elementType {
	case bsondoc.TypeDouble, bsondoc.TypeDateTime, bsondoc.TypeInt64, 0x11: // timestamp
		return 8
	case bsondoc.TypeString, 0x0D, 0x0E: // code, symbol
		return prefixed(4)
	case bsondoc.TypeDocument, bsondoc.TypeArray, 0x0F: // code with scope
		return prefixed(0)
	case bsondoc.TypeBinary:
		return prefixed(5)
	case bsondoc.TypeBool:
		return 1
	case bsondoc.TypeNull, 0x06, 0x7F, 0xFF: // undefined, max key, min key
		return 0
	case bsondoc.TypeInt32:
		return 4
	case 0x07: // object id
		return 12
	case 0x0C: // pointer
		return prefixed(4 + 12)
	case 0x13: // decimal
		return 16
	case 0x0B: // regular expression: two strings
		first := bytes.IndexByte(b, 0)
		if first < 0 {
			return -1
		}
		second := bytes.IndexByte(b[first+1:], 0)
		if second < 0 {
			return -1
		}
		return first + second + 2
	default:
		return -1
	}
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
	case bsondoc.TypeNull, 0x06: // undefined
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
		_, _, _, next, ok := element(rest)
		if !ok {
			return instruments.Int(n)
		}
		rest = next
	}
}
