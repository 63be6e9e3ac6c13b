// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Marked is a document with the marks of its fields, and what an application made of it. Fields that are in both keep their
// other names.
type Marked struct {
	Doc   bson.Raw
	Marks []Mark
	Data  any // the application's; Doc itself where it left that as it was
}

// AppendOwn appends the data as a document.
func (m *Marked) AppendOwn(dst []byte, e *Encoder) ([]byte, error) {
	out, err := e.Document(dst, m.Data)
	if err != nil || !e.Marking {
		return out, err
	}
	if doc := out[len(dst):]; bytes.Equal(doc, m.Doc) {
		e.Marks = append(e.Marks, m.Marks...)
	} else {
		m.byKey(doc, e)
	}
	return out, nil
}

// byKey marks each field of a document with the names that fields with its key have in m.
func (m *Marked) byKey(doc []byte, e *Encoder) {
	names := make(map[string][]*Names)
	for _, mark := range m.Marks {
		_, key, _, _, ok := Next(m.Doc[min(mark.At, len(m.Doc)):])
		if ok && !slices.Contains(names[string(key)], mark.Names) {
			names[string(key)] = append(names[string(key)], mark.Names)
		}
	}
	var walk func(body []byte)
	walk = func(body []byte) {
		for rest := body[4:]; ; {
			elementType, key, value, next, ok := Next(rest)
			if !ok {
				return
			}
			for _, n := range names[string(key)] {
				e.Marks = append(e.Marks, Mark{At: cap(doc) - cap(rest), Names: n})
			}
			if elementType == TypeDocument || elementType == TypeArray {
				walk(value)
			}
			rest = next
		}
	}
	walk(doc)
	slices.SortStableFunc(e.Marks, func(a, b Mark) int { return a.At - b.At })
}
