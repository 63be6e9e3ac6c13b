// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
)

// rejection is the reason why an event was not accepted.
type rejection int

const (
	rejectedInvalid rejection = iota
	rejectedUnknown
	rejectedTooLarge
	rejectedJournalFull
	rejectedClosed
	rejectedCanceled
	rejectedJournal
	rejectedSuppressed
	rejectedQuarantineFull
	rejectionCount
)

// rejectionNames are the values of the attribute reason of otelanalytics.events.rejected.
var rejectionNames = [rejectionCount]string{
	rejectedInvalid:     "invalid",
	rejectedUnknown:     "unknown_event",
	rejectedTooLarge:    "too_large",
	rejectedJournalFull: "journal_full",
	rejectedClosed:      "closed",
	rejectedCanceled:    "canceled",
	rejectedJournal:     "journal_error",
	rejectedSuppressed:  "suppressed",

	rejectedQuarantineFull: "quarantine_full",
}

// reject counts an event that was not accepted and returns err.
func (t *entry) reject(err error) error {
	t.rejected[reasonFor(err)].Add(1)
	return err
}

func reasonFor(err error) rejection {
	var invalid *InvalidEventError
	switch {
	case errors.Is(err, ErrSuppressed):
		return rejectedSuppressed
	case errors.Is(err, ErrTooLarge):
		return rejectedTooLarge
	case errors.As(err, &invalid):
		return rejectedInvalid
	case errors.Is(err, ErrUnknownEvent):
		return rejectedUnknown
	case errors.Is(err, ErrJournalFull):
		return rejectedJournalFull
	case errors.Is(err, ErrQuarantineFull):
		return rejectedQuarantineFull
	case errors.Is(err, ErrClosed):
		return rejectedClosed
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return rejectedCanceled
	default:
		return rejectedJournal
	}
}
