// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
)

// unknownName is the event_type of events that the map does not declare.
const unknownName = "other"

// entry holds the state and the counters of one entry of the map's events. The entry unknownName is for all events that
// have none.
type entry struct {
	name     string
	recorder *instruments.EventType // nil for unknownName
	metrics  *instruments.EventType // recorder; under unknownName what every event records
	fields   fieldtree.Tree
	contract *fieldtree.Contract // nil: the map has no rules for the data but types
	declared []eventmap.Field    // without a contract: those whose type is checked, by their index in the tree
	redactor *redactor           // nil: nothing to redact
	stored   bool
	off      atomic.Bool // the switch

	accepted, duplicate, dropped atomic.Int64 // accepted: recorded, of an entry that is not stored
	sampledOut                   atomic.Int64 // recorded, and not in the part that is stored
	seen                         atomic.Int64 // the second of the last one, since 1970
	rejected                     [rejectionCount]atomic.Int64
	mistyped                     []atomic.Int64 // parallel to declared
	violated                     []atomic.Int64 // parallel to the contract's counters
}

// newEntry makes the entry of an event of the map, or the entry for all other events.
func newEntry(m *eventmap.Map, recorder *instruments.EventType, stored bool, redactKey []byte) *entry {
	event := recorder.Event()
	if event == nil {
		return &entry{
			name: unknownName, metrics: recorder, fields: fieldtree.New(recorder.Fields(), nil),
			stored: stored, redactor: newRedactor(m.Redactions(), nil, nil),
		}
	}
	e := &entry{
		name:     event.Name,
		recorder: recorder,
		metrics:  recorder,
		redactor: newRedactor(m.Redactions(), event.Data, redactKey),
		stored:   stored && event.Store,
	}
	e.off.Store(!event.Enabled)
	var declared []eventmap.Field
	for _, f := range event.Data {
		if f.Typed() && f.Redact == eventmap.RedactNone {
			declared = append(declared, f)
		}
	}
	e.fields = fieldtree.New(recorder.Fields(), declared)
	if e.contract = fieldtree.NewContract(event, &e.fields); e.contract != nil {
		e.violated = make([]atomic.Int64, len(e.contract.Counters))
	} else {
		e.declared, e.mistyped = declared, make([]atomic.Int64, len(declared))
	}
	return e
}

// record updates the metrics with the encoded data when on. Without a contract, it checks the types that the map declares.
func (t *entry) record(ctx context.Context, w *warner, e instruments.Envelope, data []byte, s *scratch, on bool) {
	if !on && len(t.declared) == 0 {
		return
	}
	found := s.check.To
	if !s.check.Fill {
		found = fieldtree.Found{Values: s.room(t)}
		t.fields.Read(data, &found)
	}
	if t.contract == nil {
		for _, i := range found.Mistyped {
			t.mistyped[i].Add(1)
			w.mistyped(t.name, t.declared[i])
			if s.watched {
				s.note().mistyped(&t.declared[i])
			}
		}
	}
	if on {
		_ = t.metrics.RecordWith(ctx, e, found.Values) // there is a value for each field
	}
	clear(found.Values) // they refer to the document's memory
}

// quarantines reports whether violations can put events into quarantine.
func (t *entry) quarantines() bool {
	return t.contract != nil && t.contract.Mode == eventmap.QuarantineViolations && t.stored
}

// countViolations counts the violations in the data of an event.
func (t *entry) countViolations(check *fieldtree.Check, w *warner) {
	check.Violations(func(i int) {
		c := &t.contract.Counters[i]
		t.violated[i].Add(1)
		w.violated(t.name, c, t.contract.Mode)
	})
}
