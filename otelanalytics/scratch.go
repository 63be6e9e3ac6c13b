// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// scratch is the memory that one call needs to build documents, kept for the next.
type scratch struct {
	enc    bsondoc.Encoder
	docs   []byte // the documents of the call's events; data alone where no document is made
	before []byte // data before redaction
	plain  []byte // data of the call's events whose names in documents are others
	key    []byte // what the id of an event with a Key is made of
	values []instruments.Value
	check  fieldtree.Check
	single bool // the call has one event: what is found of it may stay in values

	keeping bool                // the event can be kept in quarantine
	refusal *eventstore.Refusal // of the event that was encoded last, which goes into quarantine
	watched bool                // somebody watches
	noted   *noted              // of that event, for watchers; nil without any
}

// maxScratchBytes is the largest buffer that is kept, so that one large event does not hold memory.
const maxScratchBytes = 256 << 10

// maxScratchMarks is the largest number of marks whose memory is kept.
const maxScratchMarks = 10_000

// small reports that the buffers may be kept.
func (s *scratch) small() bool {
	return cap(s.enc.Marks) <= maxScratchMarks && s.check.Cap() <= maxScratchMarks && max(cap(s.before), cap(s.plain), cap(s.docs), cap(s.key)) <= maxScratchBytes
}

// note returns the details for watchers of the event that was encoded last.
func (s *scratch) note() *noted {
	if s.noted == nil {
		s.noted = new(noted)
	}
	return s.noted
}

// encode appends the data of an event to docs, encoded, checked and redacted. The error is an [InvalidEventError]. Then
// the bytes of docs beyond its old length are undefined.
func (s *scratch) encode(t *entry, w *warner, eventType string, data any) (err error) {
	s.enc.Marking, s.noted = t.redactor != nil, nil
	start := len(s.docs)
	doc, marks := []byte(nil), []bsondoc.Mark(nil) // before redaction
	if t.redactor == nil {
		if s.docs, err = s.enc.Document(s.docs, data); err == nil {
			doc = s.docs[start:]
		}
	} else if s.before, err = s.enc.Document(s.before[:0], data); err == nil {
		doc, marks = s.before, s.enc.Marks
	}
	if err != nil {
		return invalidData(eventType, err)
	}
	s.check.Fill, s.refusal = false, nil
	if t.contract != nil && !s.keeps(t, doc) {
		if doc, marks, err = s.violated(t, w, eventType, doc, marks); err != nil {
			return err
		}
		if t.redactor == nil {
			s.docs = append(s.docs[:start], doc...)
		}
	}
	if t.redactor != nil {
		s.docs = t.redactor.apply(s.docs, doc, marks, s)
	}
	return nil
}

// keeps reports whether the data match the event's contract. If the data are stored unchanged, it also finds the fields
// that metrics need.
func (s *scratch) keeps(t *entry, doc []byte) bool {
	c := &s.check
	if c.Fill = t.redactor == nil && s.single; c.Fill {
		c.To.Values = s.room(t)
	}
	return c.Run(t.contract, &t.fields, doc)
}

// violated counts the violations in the checked data, and applies on_violation. It returns the remaining data.
func (s *scratch) violated(t *entry, w *warner, eventType string, doc []byte, marks []bsondoc.Mark) ([]byte, []bsondoc.Mark, error) {
	c := &s.check
	t.countViolations(c, w)
	if s.watched {
		s.note().violations = list(c, t.redactor)
	}
	if c.Len() > 0 {
		switch mode := t.contract.Mode; {
		case mode == eventmap.RejectViolations, mode == eventmap.QuarantineViolations && !s.keeping:
			all := list(c, t.redactor)
			return nil, nil, violationError(eventType, all, c.Len()-len(all))
		case mode == eventmap.QuarantineViolations:
			all := list(c, t.redactor)
			s.refusal = &eventstore.Refusal{Reason: ownmetrics.ReasonEventMap, Message: violationText(all, c.Len()-len(all))}
		}
	}
	var at []int
	if t.contract.Mode == eventmap.OmitViolations {
		at = c.Omitted()
	} else {
		at = c.Extra()
	}
	if len(at) == 0 {
		return doc, marks, nil
	}
	c.Fill = false // what was found is not what is stored
	doc, marks = omit(nil, doc, marks, at)
	return doc, marks, nil
}

// room returns empty values of the fields that the entry's metrics need.
func (s *scratch) room(t *entry) []instruments.Value {
	n := len(t.metrics.Fields())
	if cap(s.values) < n {
		s.values = make([]instruments.Value, n)
	}
	values := s.values[:n]
	clear(values)
	return values
}
