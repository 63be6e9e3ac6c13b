// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// scratch is the memory that one call needs to build documents, kept for the next.
type scratch struct {
	data   []byte // the event's data, encoded and redacted
	before []byte // the same before redaction
	docs   []byte // the documents of the call's events; data alone where no document is made
	values []instruments.Value
}

// maxScratchBytes is the largest buffer that is kept, so that one large event does not hold memory.
const maxScratchBytes = 256 << 10

// small reports that the buffers may be kept.
func (s *scratch) small() bool {
	return cap(s.data) <= maxScratchBytes && cap(s.before) <= maxScratchBytes && cap(s.docs) <= maxScratchBytes
}

// encode leaves data in s.data, encoded and redacted. The error is an [InvalidEventError].
func (s *scratch) encode(t *entry, eventType string, data any) (err error) {
	if s.data, err = bsondoc.Document(s.data[:0], data); err != nil {
		return invalidData(eventType, err)
	}
	if t.redactor != nil {
		s.before, s.data = s.data, t.redactor.apply(s.before[:0], s.data)
	}
	return nil
}
