// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// scratch is the memory that one call needs to build documents, kept for the next.
type scratch struct {
	enc    bsondoc.Encoder
	docs   []byte // the documents of the call's events; data alone where no document is made
	before []byte // data before redaction
	key    []byte // what the id of an event with a Key is made of
	values []instruments.Value
}

// maxScratchBytes is the largest buffer that is kept, so that one large event does not hold memory.
const maxScratchBytes = 256 << 10

// maxScratchMarks is the largest number of marks whose memory is kept.
const maxScratchMarks = 10_000

// small reports that the buffers may be kept.
func (s *scratch) small() bool {
	return cap(s.enc.Marks) <= maxScratchMarks && max(cap(s.before), cap(s.docs), cap(s.key)) <= maxScratchBytes
}

// encode appends the data of an event to docs, encoded and redacted. The error is an [InvalidEventError]; what docs holds
// beyond its old length is then undefined.
func (s *scratch) encode(t *entry, eventType string, data any) (err error) {
	s.enc.Marking = t.redactor != nil
	if t.redactor == nil {
		s.docs, err = s.enc.Document(s.docs, data)
	} else if s.before, err = s.enc.Document(s.before[:0], data); err == nil {
		s.docs = t.redactor.apply(s.docs, s.before, s.enc.Marks)
	}
	if err != nil {
		return invalidData(eventType, err)
	}
	return nil
}
