// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"bytes"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// AppendStored appends data to dst with the names that fields have in a document, by [StoredName], at every depth and within
// arrays. Where no name changes, it appends nothing and reports false. data is a valid document. Names in the scope of JavaScript
// code stay as they are.
func AppendStored(dst, data []byte) (out []byte, changed bool) {
	r := renaming{needs: needsStored[[]byte], name: appendStored[[]byte]}
	if !r.changes(data, 1, false) {
		return dst, false
	}
	return r.document(dst, data, 1, false), true
}

// PlainData returns the data of a document with the names that fields had before [AppendStored]. It is data itself where no name
// changes, and memory of its own otherwise; what is damaged is then left out, with what stands behind it.
func PlainData(data []byte) []byte {
	r := renaming{needs: needsPlain[[]byte], name: appendPlain[[]byte]}
	if bytes.IndexByte(data, '%') < 0 || !r.changes(data, 1, false) {
		return data
	}
	return r.document(make([]byte, 0, len(data)), data, 1, false)
}

// PlainDocument returns a document whose data have the names of [PlainData]. It is doc itself where no name changes, and memory of
// its own otherwise.
func PlainDocument(doc []byte) []byte {
	for rest := doc[min(4, len(doc)):]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return doc
		}
		if string(key) == FieldData && elementType == bsondoc.TypeDocument {
			plain := PlainData(value)
			if len(plain) == len(value) { // a name that changes becomes shorter
				return doc
			}
			at := len(doc) - len(next) - len(value)
			out := append(make([]byte, 0, len(doc)), doc[:at]...)
			out = append(append(out, plain...), next...)
			return bsondoc.End(out[:len(out)-1], 0) // which appends the last byte again
		}
		rest = next
	}
}

// renaming changes the names of fields in a document.
type renaming struct {
	needs func(name []byte) bool        // it changes
	name  func(dst, name []byte) []byte // appends the other name
}

// changes reports whether a name in a document or an array changes. The indexes of an array are no names.
func (r *renaming) changes(doc []byte, depth int, array bool) bool {
	for rest := doc[min(4, len(doc)):]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return false
		}
		if !array && r.needs(key) {
			return true
		}
		if nests(elementType, depth) && r.changes(value, depth+1, elementType == bsondoc.TypeArray) {
			return true
		}
		rest = next
	}
}

// document appends a document or an array with the other names.
func (r *renaming) document(dst, doc []byte, depth int, array bool) []byte {
	dst, start := bsondoc.Begin(dst)
	for rest := doc[min(4, len(doc)):]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return bsondoc.End(dst, start)
		}
		dst = append(dst, elementType)
		if array {
			dst = append(dst, key...)
		} else {
			dst = r.name(dst, key)
		}
		dst = append(dst, 0)
		if nests(elementType, depth) {
			dst = r.document(dst, value, depth+1, elementType == bsondoc.TypeArray)
		} else {
			dst = append(dst, value...)
		}
		rest = next
	}
}

// nests reports whether an element has names to change. A valid document has none deeper; one that other programs stored is not
// read to any depth.
func nests(elementType byte, depth int) bool {
	return (elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray) && depth < bsondoc.MaxDepth
}
