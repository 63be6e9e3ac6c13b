// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"fmt"

	"github.com/google/uuid"
)

// Outcome is the result of one event of a call: see [WithOutcome].
type Outcome struct {
	// ID is the _id of the event's document: a version 5 UUID made of its Key (see [Event]), or else a version 7 UUID.
	// An event that is only recorded has one too, which is in its log record. It is zero for an event that was dropped
	// or not accepted.
	ID     EventID
	Result Result
}

// EventID is the _id of an event's document, a UUID.
type EventID [16]byte

// String returns the usual form of the UUID.
func (id EventID) String() string { return uuid.UUID(id).String() }

// Result is how a call treated an event.
type Result uint8

const (
	// ResultNone means that the event was not accepted, and that the call returned the reason. A client that does
	// nothing reports it, too.
	ResultNone Result = iota
	// ResultAccepted means that the event is in the journal, and metrics are updated. If the call returned an error for
	// it, the error is about its acknowledgement, such as ErrUnconfirmed.
	ResultAccepted
	// ResultRecorded means that metrics are updated, and nothing is stored. Either the map has store: false, or
	// [WithStoreSample] left the event out, or the client has no store.
	ResultRecorded
	// ResultDuplicate means that this client accepted an event of this type with the Key in the same scope before.
	// Nothing is stored or recorded again.
	ResultDuplicate
	// ResultQuarantined means that the data violate the event map, and on_violation is quarantine. The event is in the
	// journal, and will go into quarantine. No metrics are updated, and its Key is free.
	ResultQuarantined
	// ResultDropped means that a before-track hook dropped the event.
	ResultDropped
)

// String returns the result as a word, such as "accepted".
func (r Result) String() string {
	switch r {
	case ResultNone:
		return "none"
	case ResultAccepted:
		return "accepted"
	case ResultRecorded:
		return "recorded"
	case ResultDuplicate:
		return "duplicate"
	case ResultQuarantined:
		return "quarantined"
	case ResultDropped:
		return "dropped"
	default:
		return fmt.Sprintf("Result(%d)", uint8(r))
	}
}

// WithOutcome makes a call write the outcome of its event to o. The call writes o before it waits for an
// acknowledgement, and also when it returns an error. For TrackBatch, it is the outcome of the first event:
// [WithOutcomes] returns all.
func WithOutcome(o *Outcome) TrackOption { return outcomeOption{o} }

type outcomeOption struct{ to *Outcome }

func (o outcomeOption) applyTrack(c *trackConfig) { c.outcome = o.to }

// WithOutcomes makes TrackBatch replace the contents of o with one outcome for each of its events, in the same order.
// It is written at the same time as the outcome of [WithOutcome]. The memory of o is reused.
func WithOutcomes(o *[]Outcome) TrackOption { return outcomesOption{o} }

type outcomesOption struct{ to *[]Outcome }

func (o outcomesOption) applyTrack(c *trackConfig) { c.outcomes = o.to }

// tell writes the outcomes for the caller.
func (r *run) tell() {
	if r.cfg.outcome != nil {
		*r.cfg.outcome = Outcome{}
		if len(r.items) > 0 {
			*r.cfg.outcome = r.items[0].outcome()
		}
	}
	if r.cfg.outcomes != nil {
		all := (*r.cfg.outcomes)[:0]
		for i := range r.items {
			all = append(all, r.items[i].outcome())
		}
		*r.cfg.outcomes = all
	}
}

func (it *item) outcome() Outcome {
	if it.result == ResultNone || it.result == ResultDropped {
		return Outcome{Result: it.result}
	}
	return Outcome{ID: it.event.ID, Result: it.result}
}
