// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// fieldNames hands out the other names of a document's fields while the document is read from its beginning to its end.
type fieldNames struct {
	doc   []byte // the whole
	marks []bsondoc.Mark
}

// of returns the other names of an element, or nil. element is a part of doc, with the capacity of what is behind it.
func (f *fieldNames) of(element []byte) *bsondoc.Names {
	if len(f.marks) == 0 {
		return nil
	}
	at := cap(f.doc) - cap(element)
	for len(f.marks) > 0 && f.marks[0].At < at { // of fields in documents that were not read
		f.marks = f.marks[1:]
	}
	if len(f.marks) == 0 || f.marks[0].At != at {
		return nil
	}
	return f.marks[0].Names
}

// named is reach for a field of a Go struct, which is redacted by each of its names, and by those of the fields that it is
// inlined from.
func (r *redactor) named(inner, nodes []*redactNode, key []byte, names *bsondoc.Names, array bool) ([]*redactNode, eventmap.RedactMode) {
	if names == nil {
		return r.reach(inner, nodes, key, array)
	}
	action := eventmap.RedactNone
	reach := func(to, from []*redactNode, name []byte) []*redactNode {
		to, what := r.reach(to, from, name, false)
		if action != eventmap.RedactDrop && what != eventmap.RedactNone {
			action = what
		}
		return to
	}
	for _, outer := range names.Outer {
		in := nodes[:len(nodes):len(nodes)]
		for _, name := range outer {
			in = reach(in, nodes, name)
		}
		nodes = in
	}
	inner = reach(inner, nodes, key)
	for _, name := range names.Other {
		inner = reach(inner, nodes, name)
	}
	if names.Through {
		inner = append(inner, nodes...)
	}
	return inner, action
}
