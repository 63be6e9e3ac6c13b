// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"fmt"

	"github.com/google/uuid"
)

// Outcome is what became of one event of a call, see [WithOutcome].
type Outcome struct {
	// ID is the _id of the event's document: a version 5 UUID made of its Key (see [Event]), or else a version 7 UUID. An event that is only
	// recorded has one too: its log record carries it. It is zero for an event that was dropped or not accepted.
	ID     EventID
	Result Result
}

// EventID is the _id of an event's document, a UUID.
type EventID [16]byte

// String returns the usual form of the UUID.
func (id EventID) String() string { return uuid.UUID(id).String() }

// Result says what became of an event.
type Result uint8

const (
	// ResultNone: the event was not accepted, and the call returned why; or the client is one that does nothing.
	ResultNone Result = iota
	// ResultAccepted: the event is in the journal, and metrics are updated. An error that the call returned for it is
	// about its acknowledgement, such as ErrUnconfirmed.
	ResultAccepted
	// ResultRecorded: metrics are updated, and nothing is stored: the map says store: false, the event is left out by [WithStoreSample],
	// or the client has no store.
	ResultRecorded
	// ResultDuplicate: an event of this type with the Key, in the same scope, was accepted before by this client. Nothing is
	// stored or recorded again.
	ResultDuplicate
	// ResultQuarantined: the data do not keep to the event map, whose on_violation is quarantine. The event is in the journal and
	// goes from there into quarantine. No metrics are updated, and its Key is free.
	ResultQuarantined
	// ResultDropped: a before-track hook dropped the event.
	ResultDropped
)

// String returns the result as a word, such as accepted.
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

// WithOutcome has a call write to o what became of its event. o is written before the call waits for an acknowledgement,
// also when the call returns an error. For TrackBatch, it is the outcome of the first event; [WithOutcomes] has all.
func WithOutcome(o *Outcome) TrackOption { return outcomeOption{o} }

type outcomeOption struct{ to *Outcome }

func (o outcomeOption) applyTrack(c *trackConfig) { c.outcome = o.to }

// WithOutcomes has TrackBatch replace what is in o by one outcome for each of its events, in their order. It is written
// when [WithOutcome] is. o's memory is used again.
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
