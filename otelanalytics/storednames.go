// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "github.com/otelanalytics/otelanalytics-go/internal/eventdoc"

// span is a part of a buffer; empty: none.
type span struct{ start, end int }

// rename gives the fields of the data at the end of docs the names that they have in documents. If names change, it
// keeps the data with the caller's names in plain, and returns their place.
func (s *scratch) rename(body int) span {
	if !s.enc.Special {
		return span{}
	}
	kept := span{start: len(s.plain)}
	s.plain = append(s.plain, s.docs[body:]...)
	kept.end = len(s.plain)
	stored, changed := eventdoc.AppendStored(s.docs[:body], s.plain[kept.start:])
	if !changed {
		s.plain = s.plain[:kept.start]
		return span{}
	}
	s.docs = stored
	s.check.Fill = false // what was found refers to memory that has other data now
	return kept
}

// dataOf returns the encoded data of an event, with the caller's names of the fields. The bytes after them do not
// belong to the data.
func (r *run) dataOf(it *item) []byte {
	if it.plain.end > 0 {
		return r.scratch.plain[it.plain.start:it.plain.end:it.plain.end]
	}
	return r.scratch.docs[it.body:it.end:it.end]
}
