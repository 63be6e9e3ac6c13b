// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// What Track, Record, Flush and Shutdown can return, to be tested with errors.Is.
var (
	// ErrUnknownEvent: the event map has no entry for the name.
	ErrUnknownEvent = errors.New("otelanalytics: unknown event")
	// ErrClosed: the client was shut down. The event was not accepted.
	ErrClosed = eventstore.ErrClosed
	// ErrJournalFull: MongoDB did not take events for so long that the journal is full. The event was not
	// accepted.
	ErrJournalFull = eventstore.ErrJournalFull
	// ErrTooLarge: the document would be larger than the 16 MiB that MongoDB stores, than a sink of the store takes, or than the
	// journal may become. It was not accepted.
	ErrTooLarge = eventstore.ErrTooLarge
	// ErrUnconfirmed: the event was accepted and will be stored, but the wait for its acknowledgement ended
	// first. Track it again only with the same Key.
	ErrUnconfirmed = eventstore.ErrUnconfirmed
	// ErrNotDurable: the event was accepted and will be stored unless the machine fails before, since the
	// disk refused to sync the journal.
	ErrNotDurable = eventstore.ErrNotDurable
	// ErrQuarantined: the event was accepted, and its document is kept in the quarantine file: MongoDB will never take it, or its
	// data do not keep to the event map, whose on_violation is quarantine.
	ErrQuarantined = eventstore.ErrQuarantined
	// ErrQuarantineFull: the data do not keep to the event map, whose on_violation is quarantine, and the quarantine is full. The event
	// was not accepted.
	ErrQuarantineFull = eventstore.ErrQuarantineFull
	// ErrLost: the event was accepted, and MongoDB will not get it: damage on disk made it unreadable, or a store in memory had
	// no room for it in quarantine, or was shut down. A call that waits for AckStored
	// returns it, and so does Shutdown of a store in memory.
	ErrLost = eventstore.ErrLost
	// ErrNoDisk: the store is in memory, and AckSynced needs a disk. The event was not accepted.
	ErrNoDisk = eventstore.ErrNoDisk
	// ErrSuppressed: the user is on the list of suppressed users. The event was not accepted; or it was, when the call
	// waits for AckStored and the user was suppressed meanwhile. In either case nothing is kept of it.
	ErrSuppressed = eventstore.ErrSuppressed
	// ErrPending: Flush or Shutdown ended before every event was in MongoDB. The next start delivers them. Shutdown of a store in
	// memory returns ErrLost instead.
	ErrPending = eventstore.ErrPending
)

// InvalidEventError says why an event can never be stored. It was not accepted.
type InvalidEventError struct {
	EventType string
	// Field is the dotted path of the field that is wrong, such as event_data.cart.0; a document that is
	// too large names its largest field.
	Field string
	// Problem says what is wrong and what would be right. It never holds the field's value.
	Problem string
	// Violations are the ways in which the data do not keep to the event map, where its on_violation is reject: all of them, up to 100.
	// Field and Problem tell of them, too. It is nil for other mistakes.
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
