// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// lease is this process' claim in the database: sketches may lack events that it stored after a certain time.
type lease struct {
	writing sync.Mutex // held while the lease is written

	mu      sync.Mutex // guards everything below
	records []string   // that were inserted, or may have been, and not deleted: the latest one last
	renewed time.Time  // zero without a lease
}

// held reports whether there is a lease.
func (l *lease) held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.renewed.IsZero()
}

// olderThan reports whether there is a lease that was renewed longer ago.
func (l *lease) olderThan(age time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.renewed.IsZero() && time.Since(l.renewed) > age
}

// renew writes the lease anew, with the start that it needs now. Other callers wait for it.
func (u *Counter) renew(ctx context.Context) error {
	u.lease.writing.Lock()
	defer u.lease.writing.Unlock()
	o := &u.open
	o.mu.Lock()
	from := min(o.covered(), u.config.now().Add(-u.config.pace.behind).UnixMilli())
	o.intended = from
	o.mu.Unlock()

	id := newLeaseID(u.writer)
	u.lease.mu.Lock()
	u.lease.records = append(u.lease.records, id) // it may be there after an error, too
	u.lease.mu.Unlock()
	err := u.config.Records.Put(ctx, recordstore.Record{ID: id, Start: time.UnixMilli(from).UTC()})

	o.mu.Lock()
	if err == nil {
		o.persisted = from
	}
	o.intended = o.persisted
	o.mu.Unlock()
	if err != nil {
		return err
	}
	u.lease.mu.Lock()
	u.lease.renewed = time.Now()
	u.lease.mu.Unlock()
	u.note(errDelete, u.deleteLeases(ctx, id)) // one too many costs those who rebuild some reading
	return nil
}

// deleteLeases deletes the leases of this process but one.
func (u *Counter) deleteLeases(ctx context.Context, but string) error {
	u.lease.mu.Lock()
	old := slices.DeleteFunc(slices.Clone(u.lease.records), func(id string) bool { return id == but })
	u.lease.mu.Unlock()
	if len(old) == 0 {
		return nil
	}
	if err := u.config.Records.Delete(ctx, old...); err != nil {
		return err
	}
	u.lease.mu.Lock()
	defer u.lease.mu.Unlock()
	u.lease.records = slices.DeleteFunc(u.lease.records, func(id string) bool { return slices.Contains(old, id) })
	return nil
}

// giveBack deletes the lease, if all stored events are in saved sketches.
func (u *Counter) giveBack(ctx context.Context) error {
	u.lease.writing.Lock()
	defer u.lease.writing.Unlock()
	o := &u.open
	o.mu.Lock()
	left := o.covered() != never
	if !left {
		o.persisted, o.intended = never, never
	}
	o.mu.Unlock()
	if left {
		return nil // others count it from the documents
	}
	u.lease.mu.Lock()
	u.lease.renewed = time.Time{}
	u.lease.mu.Unlock()
	return u.deleteLeases(ctx, "")
}

// Mark asks the counting instances to count the documents that were accepted at from or later, whoever stored them. The
// first instance that looks counts them. Call Mark when the documents are stored. A program that stores documents
// repeatedly uses a [Marker], or [MarkAround] for a sink.
func Mark(ctx context.Context, records recordstore.Store, from time.Time) error {
	return NewMarker(records).Cover(ctx, from)
}
