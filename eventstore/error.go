// SPDX-License-Identifier: Apache-2.0

package eventstore

import "errors"

// The errors of a store's methods. Test for them with errors.Is.
var (
	// ErrClosed: the store was shut down. The event was not accepted.
	ErrClosed = errors.New("eventstore: closed")
	// ErrJournalFull: the journal is at its bound, because the sink took no events for too long. The event was not accepted.
	ErrJournalFull = errors.New("eventstore: journal full")
	// ErrTooLarge: the document is larger than MaxDocumentBytes, or than the bound of the journal. It was not accepted.
	ErrTooLarge = errors.New("eventstore: document too large")
	// ErrUnconfirmed: the event was accepted and will be stored, but the wait for its acknowledgement
	// ended first. If you send it again, it is stored twice, unless both events have the same idempotency key.
	ErrUnconfirmed = errors.New("eventstore: accepted, acknowledgement outstanding")
	// ErrNotDurable: the event was accepted, but the disk refused to sync the journal. The event will be stored unless the machine
	// fails first.
	ErrNotDurable = errors.New("eventstore: accepted, but the journal could not be synced")
	// ErrQuarantined: the event was accepted, but the sink will never take it. It is kept in
	// the quarantine file with the reason.
	ErrQuarantined = errors.New("eventstore: quarantined")
	// ErrQuarantineFull: the quarantine has no room for an event with a [Refusal]. It was not accepted.
	ErrQuarantineFull = errors.New("eventstore: the quarantine is full")
	// ErrLost: the event was accepted, and the sink will not get it. Damage on the disk made it unreadable. Or the store is in
	// Memory, and was shut down before the sink had the event, or had no space in its quarantine.
	ErrLost = errors.New("eventstore: lost before the sink had it")
	// ErrNoDisk: a store in Memory cannot sync. The event was not accepted.
	ErrNoDisk = errors.New("eventstore: AckSynced needs a disk, and the store is in memory; use AckStored, or AckWritten")
	// ErrSuppressed: the event belongs to a user in [Config.Suppression]. It was accepted before the user was added, and is not kept.
	ErrSuppressed = errors.New("eventstore: the user is suppressed")
	// ErrInUse: another process has the data directory open. The error names directory and process.
	ErrInUse = errors.New("eventstore: the data directory is in use")
	// ErrPending: Flush, Shutdown or an automatic flush ended before every event was delivered. The next Open of
	// the same directory delivers them. Shutdown of a store in Memory returns ErrLost instead.
	ErrPending = errors.New("eventstore: events pending")
)
