// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"sync"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// scratch is what one call needs to build a document, kept for the next.
type scratch struct {
	doc      []byte
	redacted []byte
	values   []instruments.Value
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// maxScratchBytes is the largest buffer that is kept, so that one large event does not hold memory.
const maxScratchBytes = 256 << 10

func (s *scratch) release() {
	if cap(s.doc) <= maxScratchBytes && cap(s.redacted) <= maxScratchBytes {
		scratches.Put(s)
	}
}

// redact takes out what r redacts of the document that doc ends with, from start on.
func (s *scratch) redact(r *redactor, doc []byte, start int) []byte {
	if r == nil {
		return doc
	}
	s.redacted = r.apply(s.redacted[:0], doc[start:])
	return append(doc[:start], s.redacted...)
}
