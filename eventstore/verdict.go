// SPDX-License-Identifier: Apache-2.0

package eventstore

// Verdict says what became of one event that a [Sink] was offered. The zero value has it offered again.
type Verdict struct {
	Outcome Outcome
	// Reason says in one word why a Refused or Doubtful event was not taken. It is counted, and must come from a small set;
	// empty is "refused". It is cut off after 100 bytes, bytes that are not UTF-8 are replaced, and after the first 100
	// reasons of a sink each new one is "other".
	Reason string
	// Message says the same in the sink's words. It stands in the quarantine file beside the event and nowhere else, so that it
	// may quote the event.
	Message string
}

// Outcome is what a [Sink] did with an event.
type Outcome uint8

// The outcomes.
const (
	// Retry: the sink does not have the event. It is offered again.
	Retry Outcome = iota
	// Stored: the sink has the event, as durably as the sink promises.
	Stored
	// Redelivered: the sink had this very event already, from an earlier delivery. The event counts as stored.
	Redelivered
	// Deduplicated: the sink has another event under this Event.ID, keeps that and does not take this one. Two events have one
	// id when they were tracked with one key. A sink that cannot tell them apart answers Redelivered.
	Deduplicated
	// Refused: the sink will never take this event. It is quarantined.
	Refused
	// Doubtful: the sink answered and did not take the event, and nobody knows whether it ever will. The store offers it
	// ten times within 5 s, with others of its kind and with growing pauses, and quarantines it only if the sink has taken another
	// event since the fifth time: a sink that takes nothing is out. Other events do not wait for it.
	Doubtful
)
