// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "github.com/otelanalytics/otelanalytics-go/internal/bsondoc"

// omission copies a document without some of its elements. The marks of those that stay move with them.
type omission struct {
	doc   []byte
	at    []int // where the elements begin that are left out; ascending
	marks []bsondoc.Mark
	moved []bsondoc.Mark
	start int // where the copy begins
}

// omit appends doc to dst without the elements that begin at these places. In an array, null takes the place of one.
func omit(dst, doc []byte, marks []bsondoc.Mark, at []int) ([]byte, []bsondoc.Mark) {
	o := omission{doc: doc, at: at, marks: marks, start: len(dst)}
	return o.document(dst, doc, false), o.moved
}

func (o *omission) document(dst, doc []byte, array bool) []byte {
	dst, start := bsondoc.Begin(dst)
	for rest := doc[min(4, len(doc)):]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return bsondoc.End(dst, start)
		}
		begin, end := cap(o.doc)-cap(rest), cap(o.doc)-cap(next)
		element := rest[:len(rest)-len(next)]
		rest = next
		switch {
		case len(o.at) > 0 && o.at[0] == begin:
			for len(o.at) > 0 && o.at[0] < end { // those within it go with it
				o.at = o.at[1:]
			}
			if array {
				dst = bsondoc.Null(dst, string(key))
			}
		case len(o.at) > 0 && o.at[0] < end && (elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray):
			o.move(begin, begin+1, len(dst))
			dst = append(dst, element[:len(element)-len(value)]...)
			dst = o.document(dst, value, elementType == bsondoc.TypeArray)
		default:
			o.move(begin, end, len(dst))
			dst = append(dst, element...)
		}
	}
}

// move keeps the marks between two places of the document, whose bytes go to dst from a place on.
func (o *omission) move(begin, end, to int) {
	for len(o.marks) > 0 && o.marks[0].At < end {
		if m := o.marks[0]; m.At >= begin {
			o.moved = append(o.moved, bsondoc.Mark{At: m.At - begin + to - o.start, Names: m.Names})
		}
		o.marks = o.marks[1:]
	}
}
