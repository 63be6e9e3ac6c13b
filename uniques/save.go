// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// Save saves the values that this process has counted so far. The background does this once a minute.
func (u *Counter) Save(ctx context.Context) error { return u.save(ctx) }

// save inserts each sketch that has changed, deletes the records that it replaces, and advances the lease.
func (u *Counter) save(ctx context.Context) error {
	u.saving.Lock()
	defer u.saving.Unlock()
	if err := u.payMarks(ctx); err != nil {
		return err
	}
	saved := 0
	var replaced []string
	for _, p := range u.changed() {
		old, err := u.saveOne(ctx, p)
		if err != nil {
			return err
		}
		saved++
		if old != "" {
			replaced = append(replaced, old)
		}
	}
	u.stats.saved.Add(int64(saved))
	if len(replaced) > 0 {
		if err := u.config.Records.Delete(ctx, replaced...); err != nil {
			u.note(errDelete, err) // a roll-up does it later
		}
	}
	u.open.mu.Lock()
	u.open.forget(u.config.now())
	u.open.mu.Unlock()
	if u.lease.held() {
		return u.renew(ctx)
	}
	return nil
}

// changed returns the places of the sketches that must be saved.
func (u *Counter) changed() (places []place) {
	u.open.mu.Lock()
	defer u.open.mu.Unlock()
	for p, s := range u.open.sketches {
		if s.low != never {
			places = append(places, p)
		}
	}
	return places
}

// saveOne saves the sketch of a place, and returns the record that the new one replaces.
func (u *Counter) saveOne(ctx context.Context, p place) (replaced string, err error) {
	o := &u.open
	o.mu.Lock()
	s := o.sketches[p]
	if s == nil { // it was dropped meanwhile
		o.mu.Unlock()
		return "", nil
	}
	id := p.id(u.writer)
	r := recordstore.Record{ID: id, Start: p.bucket.Start, Expires: p.bucket.End().Add(u.byName[p.metric].longest + keptFor), Data: s.sketch.Append(nil, u.keyID(), id)}
	s.saving, s.low = s.low, never
	o.mu.Unlock()

	err = u.config.Records.Put(ctx, r)

	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		s.low = min(s.low, s.saving)
	} else {
		replaced, s.record = s.record, id
	}
	s.saving = never
	return replaced, err
}

const (
	// doubtFor is how long an event that is not offered any more holds the lease back.
	doubtFor = time.Hour
	// maxDoubts bounds the events without a verdict.
	maxDoubts = 100_000
)

// payMarks inserts a mark for documents that this process cannot count any more.
func (u *Counter) payMarks(ctx context.Context) error {
	o := &u.open
	o.mu.Lock()
	for id, d := range o.doubts {
		if time.Since(d.at) > doubtFor || len(o.doubts) > maxDoubts {
			o.owed = min(o.owed, d.low)
			delete(o.doubts, id)
		}
	}
	owed := o.owed
	o.mu.Unlock()
	if owed == never || u.key.hasher.Load() == nil { // it will owe the next documents, too
		return nil
	}
	if err := Mark(ctx, u.config.Records, time.UnixMilli(owed)); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.owed == owed {
		o.owed = never
	}
	return nil
}
