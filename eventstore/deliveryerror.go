// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"cmp"
	"context"
	"errors"
)

// Blame says which side the error of a whole delivery is about.
type Blame uint8

// The sides.
const (
	// BlameSink: the sink is out, and the events have nothing to do with it. They are offered again for as long as it takes.
	BlameSink Blame = iota
	// BlameConnection: the connection broke while the events were on it. Some documents break connections. When it breaks
	// twice in a row while [Pinger] answers, this becomes BlameUnknown; for a sink without Ping it stays BlameSink.
	BlameConnection
	// BlameUnknown: the sink answered and took nothing, and the events may be the reason. The store splits the batch until the
	// event is found, which is then treated as Doubtful.
	BlameUnknown
	// BlameEvents: one of the events is the reason. The store splits the batch until it is found, and quarantines it.
	BlameEvents
)

// DeliveryError is an error of [Sink].Deliver that tells more than that the sink is out. Its text is that of Err.
type DeliveryError struct {
	// Kind counts the error: it is the label kind of otelanalytics_store_errors_total, and must come from a small set. Empty is
	// "other". It is bounded as [Verdict.Reason] is.
	Kind  string
	Blame Blame
	// Reason and Detail are for an event that is quarantined because of this error, as [Verdict.Reason] and [Verdict.Message]
	// are. Empty are "refused_" and Kind, and the text of Err.
	Reason, Detail string
	// Err is the cause. Its text is logged, and must hold neither secrets nor parts of documents.
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
