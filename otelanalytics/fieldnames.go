// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// fieldNames returns the other names of a document's fields while the document is read from beginning to end.
type fieldNames struct {
	doc     []byte // the whole
	marks   []bsondoc.Mark
	watched *scratch // notes what is redacted; nil: nobody asks
}

// of returns the other names of an element. element is a part of doc, with the capacity of what is behind it.
func (f *fieldNames) of(element []byte) []bsondoc.Mark {
	if len(f.marks) == 0 {
		return nil
	}
	at := cap(f.doc) - cap(element)
	for len(f.marks) > 0 && f.marks[0].At < at { // of fields in documents that were not read
		f.marks = f.marks[1:]
	}
	n := 0
	for n < len(f.marks) && f.marks[n].At == at { // several where a hook changed the document
		n++
	}
	return f.marks[:n]
}

// named is reach for a field of a Go struct, which is redacted by each of its names, and by those of the fields that it is
// inlined from.
func (r *redactor) named(inner, nodes []*redactNode, key []byte, marks []bsondoc.Mark, array bool) ([]*redactNode, eventmap.RedactMode) {
	if len(marks) == 0 {
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
	for _, names := range marks {
		from := nodes
		for _, outer := range names.Outer {
			in := from[:len(from):len(from)]
			for _, name := range outer {
				in = reach(in, from, name)
			}
			from = in
		}
		inner = reach(inner, from, key)
		for _, name := range names.Other {
			inner = reach(inner, from, name)
		}
		if names.Through {
			inner = append(inner, from...)
		}
	}
	return inner, action
}
