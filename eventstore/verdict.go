// SPDX-License-Identifier: Apache-2.0

package eventstore

// Verdict is the outcome of one event that a [Sink] was offered. With the zero value, the event is offered again.
type Verdict struct {
	Outcome Outcome
	// Reason is one word for why a Refused or Doubtful event was not taken. It is counted, and must come from a small set.
	// Empty means "refused". It is truncated to 100 bytes, and bytes that are not UTF-8 are replaced. After the first 100
	// reasons of a sink, each new one becomes "other".
	Reason string
	// Message explains the reason in the sink's words. It is written only to the quarantine file, next to the event, and
	// may therefore quote the event.
	Message string
}

// Outcome is the result of offering one event to a [Sink].
type Outcome uint8

// The values of [Outcome].
const (
	// Retry: the sink does not have the event. It is offered again.
	Retry Outcome = iota
	// Stored: the sink has the event, as durably as the sink promises.
	Stored
	// Redelivered: the sink had this very event already, from an earlier delivery. The event counts as stored.
	Redelivered
	// Deduplicated: the sink already has another event with this Event.ID, and does not take this one. Two events have the same
	// id when they were tracked with the same key. A sink that cannot tell such events apart answers Redelivered.
	Deduplicated
	// Refused: the sink will never take this event. It is quarantined.
	Refused
	// Doubtful: the sink answered and did not take the event, and it is unknown whether it ever will. The store offers it
	// ten times within 5 s, together with others of its kind and with growing pauses. It quarantines the event only if the sink has
	// taken another event since the fifth attempt: a sink that takes nothing is down. Other events do not wait for it.
	Doubtful
)
