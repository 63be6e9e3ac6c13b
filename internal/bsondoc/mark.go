// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"reflect"
	"slices"
)

// Mark says that a field of a document came from a field of a struct that has other names than its key.
type Mark struct {
	At int // where the element begins, counted from the beginning of the document
	*Names
}

// Names are the names of a struct's field besides the key of its element.
type Names struct {
	// Other has its Go name, that name in lower case, and the names of its bson and json tags, as far as they differ from
	// the key.
	Other [][]byte
	// Outer has all names of each field that it is inlined from, the outermost first. No element bears them.
	Outer [][][]byte
	// Through is true of an embedded field: Go and JSON name the fields in it as if they stood around it.
	Through bool
}

// newNames returns the names of a field that is stored under key, or nil where there are no others.
func newNames(f reflect.StructField, key string) *Names {
	n := &Names{Through: f.Anonymous}
	for _, name := range namesOf(f) {
		if name = cleanText(name); name != key && !slices.ContainsFunc(n.Other, func(b []byte) bool { return string(b) == name }) {
			n.Other = append(n.Other, []byte(name))
		}
	}
	if len(n.Other) == 0 && !n.Through {
		return nil
	}
	return n
}

// within returns the names of a field that is inlined from another one.
func (n *Names) within(outer reflect.StructField) *Names {
	var all [][]byte
	for _, name := range namesOf(outer) {
		all = append(all, []byte(cleanText(name)))
	}
	in := &Names{Outer: [][][]byte{all}}
	if n != nil {
		in.Other, in.Through = n.Other, n.Through
		in.Outer = append(in.Outer, n.Outer...)
	}
	return in
}

// mark notes the names of the element that is appended next.
func (e *Encoder) mark(dst []byte, n *Names) {
	if n != nil && e.Marking {
		e.Marks = append(e.Marks, Mark{At: len(dst) - e.start, Names: n})
	}
}
