// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Errors of Track, Record, Flush and Shutdown. Test for them with errors.Is.
var (
	// ErrUnknownEvent reports that the event map has no entry for the name.
	ErrUnknownEvent = errors.New("otelanalytics: unknown event")
	// ErrClosed reports that the client was shut down. The event was not accepted.
	ErrClosed = eventstore.ErrClosed
	// ErrJournalFull reports that the journal is full, because MongoDB has taken no events for too long. The event was
	// not accepted.
	ErrJournalFull = eventstore.ErrJournalFull
	// ErrTooLarge reports that the document exceeds a limit: the 16 MiB of MongoDB, the limit of a sink of the store,
	// or the size of the journal. The event was not accepted.
	ErrTooLarge = eventstore.ErrTooLarge
	// ErrUnconfirmed reports that the event was accepted and will be stored, but the wait for its acknowledgement ended
	// first. Track it again only with the same Key.
	ErrUnconfirmed = eventstore.ErrUnconfirmed
	// ErrNotDurable reports that the event was accepted, but the disk refused to sync the journal. The event will be
	// stored unless the machine fails before.
	ErrNotDurable = eventstore.ErrNotDurable
	// ErrQuarantined reports that the event was accepted, and that its document is kept in the quarantine file. Either
	// MongoDB will never take it, or its data violate the event map, and on_violation is quarantine.
	ErrQuarantined = eventstore.ErrQuarantined
	// ErrQuarantineFull reports that the data violate the event map, on_violation is quarantine, and the quarantine is
	// full. The event was not accepted.
	ErrQuarantineFull = eventstore.ErrQuarantineFull
	// ErrLost reports that the event was accepted, but MongoDB will not get it. Either damage on disk made it
	// unreadable, or a store in memory had no room for it in quarantine or was shut down. A call that waits for
	// AckStored returns it. Shutdown of a store in memory returns it, too.
	ErrLost = eventstore.ErrLost
	// ErrNoDisk reports that AckSynced needs a disk, but the store is in memory. The event was not accepted.
	ErrNoDisk = eventstore.ErrNoDisk
	// ErrSuppressed reports that the user is on the list of suppressed users. The event was not accepted. If the call
	// waits for AckStored, the event may have been accepted before the user was suppressed. In either case nothing of
	// the event is kept.
	ErrSuppressed = eventstore.ErrSuppressed
	// ErrPending reports that Flush or Shutdown ended before every event was in MongoDB. The next start delivers the
	// rest. Shutdown of a store in memory returns ErrLost instead.
	ErrPending = eventstore.ErrPending
)

// InvalidEventError reports why an event can never be stored. The event was not accepted.
type InvalidEventError struct {
	EventType string
	// Field is the dotted path of the wrong field, such as event_data.cart.0. For a document that is too large, it is
	// the largest field.
	Field string
	// Problem describes the mistake and the valid values. It never holds the field's value.
	Problem string
	// Violations lists the violations of the event map, up to 100, if its on_violation is reject. Field and Problem
	// describe them, too. It is nil for other mistakes.
	Violations []Violation

	cause error
}

func (e *InvalidEventError) Error() string {
	return fmt.Sprintf("otelanalytics: event %q: %s: %s", shortened(e.EventType), e.Field, e.Problem)
}

// Unwrap returns ErrTooLarge for a document that is too large.
func (e *InvalidEventError) Unwrap() error { return e.cause }

// printable returns a copy of a name that the caller chose, as UTF-8.
func printable(name string) string {
	return strings.ToValidUTF8(strings.Clone(name), "\uFFFD")
}

// shortened makes a name that the caller chose fit for a message.
func shortened(name string) string { return words.Short(name) }
