// SPDX-License-Identifier: Apache-2.0

package recordstore

import (
	"context"
	"crypto/rand"
	"errors"
	"time"
)

// Record is a document that a store keeps under an id. It never changes.
type Record struct {
	// ID is at most MaxID bytes of UTF-8. No other record has ever had the id: it ends with a revision of NewRevision.
	// The ids of records of one kind have the same prefix.
	ID string
	// Start is the time by which List selects, in UTC and whole milliseconds.
	Start time.Time
	// Expires is the time from which the record may be deleted, in whole milliseconds. The zero time means never.
	Expires time.Time
	// Data is at most MaxData bytes.
	Data []byte
}

// Header is a record that may come without its data.
type Header struct {
	ID    string
	Start time.Time
	// Data is the record's data if the store has it at hand. If it is empty, Load returns the data.
	Data []byte
}

// Bounds of a record, in bytes.
const (
	MaxID   = 1 << 10
	MaxData = 1 << 20
)

// Errors that a [Store] returns beside the errors of its database.
var (
	// ErrExists reports that there is a record with that id. Nothing was changed.
	ErrExists = errors.New("recordstore: there is a record with that id")
	// ErrRefused reports that the store answered and does not allow the call. A retry does not help.
	ErrRefused = errors.New("recordstore: refused")
)

// Store keeps records. An implementation must meet these rules:
//
//   - It is safe for concurrent use, by several processes.
//   - It is consistent: a call sees every change that any process made before the call began.
//   - A stored record survives everything that the events beside it survive.
//   - The text of its errors holds neither secrets nor records.
//
// A store may have a method Prepare(context.Context) error. A process that counts calls it in the background until it
// has succeeded once.
type Store interface {
	// List returns the headers of the records whose id begins with prefix and whose start is from from on and before
	// to. A zero time is an open end. The order is undefined.
	List(ctx context.Context, prefix string, from, to time.Time) ([]Header, error)
	// Load returns the records with those ids. It leaves out ids without a record. The order is undefined.
	Load(ctx context.Context, ids []string) ([]Record, error)
	// Put stores a record. It keeps no reference to r.Data. It returns ErrExists if the id is taken.
	Put(ctx context.Context, r Record) error
	// Delete deletes the records with those ids. It ignores ids without a record.
	Delete(ctx context.Context, ids ...string) error
	// DeleteExpired deletes records that expired before now.
	DeleteExpired(ctx context.Context, now time.Time) error
}

// NewRevision returns a random text of 26 letters and digits that no other id contains.
func NewRevision() string { return rand.Text() }
