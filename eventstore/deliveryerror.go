// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"cmp"
	"context"
	"errors"
)

// Blame states the cause of an error that concerns a whole delivery.
type Blame uint8

// The values of [Blame].
const (
	// BlameSink: the sink is down, and the events are not the cause. They are offered again until the sink takes them.
	BlameSink Blame = iota
	// BlameConnection: the connection broke during the delivery. Some documents break connections. When the connection breaks
	// twice in a row while [Pinger] answers, the store treats the error as BlameUnknown. For a sink without Ping it stays BlameSink.
	BlameConnection
	// BlameUnknown: the sink answered and took nothing, and the events may be the cause. The store splits the batch until it
	// finds the event, and then treats that event as Doubtful.
	BlameUnknown
	// BlameEvents: one of the events is the cause. The store splits the batch until it finds the event, and quarantines it.
	BlameEvents
)

// DeliveryError is an error of [Sink].Deliver with more detail than a plain error, which only means that the sink is down. Its text
// is the text of Err.
type DeliveryError struct {
	// Kind is the label kind of otelanalytics_store_errors_total, under which the error is counted. It must come from a small set.
	// Empty means "other". It is bounded like [Verdict.Reason].
	Kind  string
	Blame Blame
	// Reason and Detail are the [Verdict.Reason] and [Verdict.Message] of an event that is quarantined because of this error. An
	// empty Reason means "refused_" and Kind. An empty Detail means the text of Err.
	Reason, Detail string
	// Err is the cause. Its text is logged, and must contain neither secrets nor parts of documents.
	Err error
}

func (e *DeliveryError) Error() string {
	if e.Err == nil {
		return "not delivered"
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *DeliveryError) Unwrap() error { return e.Err }

// fault is what the store makes of an error that is about a whole delivery.
type fault struct {
	blame           Blame
	kind            string
	reason, message string // for the quarantine
}

func faultOf(err error) fault {
	var d *DeliveryError
	switch {
	case errors.As(err, &d):
		kind := cmp.Or(d.Kind, "other")
		return fault{d.Blame, kind, cmp.Or(d.Reason, "refused_"+kind), cmp.Or(d.Detail, d.Error())}
	case errors.Is(err, context.DeadlineExceeded):
		return fault{kind: "timeout"}
	default:
		return fault{kind: "other"}
	}
}
