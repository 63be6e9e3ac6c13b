// SPDX-License-Identifier: Apache-2.0

package recordstore

import (
	"context"
	"crypto/rand"
	"errors"
	"time"
)

// Record is what a store keeps under an id. It never changes.
type Record struct {
	// ID is at most MaxID bytes of UTF-8, and has never been the id of another record: it ends with a revision of
	// NewRevision. Those of one sort begin alike.
	ID string
	// Start is what List selects by, in UTC and whole milliseconds.
	Start time.Time
	// Expires is when the record may be deleted, in whole milliseconds. The zero time is never.
	Expires time.Time
	// Data is at most MaxData bytes.
	Data []byte
}

// Header is a record without its data, as a rule.
type Header struct {
	ID    string
	Start time.Time
	// Data is that of the record, where the store has it at hand. Empty: Load returns it.
	Data []byte
}

// The bounds of a record.
const (
	MaxID   = 1 << 10
	MaxData = 1 << 20
)

// What a [Store] can return beside the errors of whatever it keeps records in.
var (
	// ErrExists: there is a record of that id. Nothing has changed.
	ErrExists = errors.New("recordstore: there is a record of that id")
	// ErrRefused: the store answered, and does not allow this: trying again will not help.
	ErrRefused = errors.New("recordstore: refused")
)

// Store keeps records. It is safe for concurrent use, by several processes, and consistent: a call sees every change that was
// made before it began, by whomever. One with a method Prepare(context.Context) error is prepared in the background, by a process
// that counts, until that has succeeded once. What it has kept survives everything that the events beside it survive. The text of its
// errors holds neither secrets nor records.
type Store interface {
	// List returns the headers of the records with an id that begins with prefix, and a start from from on and before to. A
	// zero time is an open end. They are in no particular order.
	List(ctx context.Context, prefix string, from, to time.Time) ([]Header, error)
	// Load returns the records that there are of those ids, in no particular order.
	Load(ctx context.Context, ids []string) ([]Record, error)
	// Put keeps a record. It keeps no reference to r.Data. ErrExists is the error of an id that is taken.
	Put(ctx context.Context, r Record) error
	// Delete deletes the records that there are of those ids.
	Delete(ctx context.Context, ids ...string) error
	// DeleteExpired deletes records that expired before now.
	DeleteExpired(ctx context.Context, now time.Time) error
}

// NewRevision returns a text that no record has in its id: 26 letters and digits, at random.
func NewRevision() string { return rand.Text() }
