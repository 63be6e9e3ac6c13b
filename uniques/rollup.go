// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// rolled is the writer of records that a roll-up has made.
const rolled = "-"

// loadAtOnce bounds the records that are in memory at the same time.
const loadAtOnce = 32

// RollUp merges the records of each closed bucket into one, and deletes expired records. The background does this every
// ten minutes.
func (u *Counter) RollUp(ctx context.Context) error {
	if _, err := u.learnKey(ctx); err != nil {
		return err
	}
	now := u.config.now()
	headers, err := u.config.Records.List(ctx, sketchPrefix, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	groups := make(map[place][]string)
	due := make(map[place]bool)
	for _, h := range headers {
		p, ok := parseID(h.ID)
		if !ok || !h.Start.Equal(p.bucket.Start) { // a reading does not find it, or in another window
			u.damaged(h.ID, errNoID)
			continue
		}
		target := p
		target.bucket = p.bucket.RollUp(now)
		if !target.bucket.Closed(now) {
			continue
		}
		groups[target] = append(groups[target], h.ID)
		due[target] = due[target] || p != target || len(groups[target]) > 1
	}
	var errs []error
	for target, ids := range groups {
		if due[target] && ctx.Err() == nil {
			errs = append(errs, u.rollUp(ctx, target, ids))
		}
	}
	return errors.Join(append(errs, u.config.Records.DeleteExpired(ctx, now))...)
}

var errNoID = errors.New("its id or its start does not belong to a sketch")

// rollUp makes one record of several.
func (u *Counter) rollUp(ctx context.Context, target place, ids []string) error {
	union := sketch.New()
	var sources []string
	var expires time.Time
	err := u.load(ctx, ids, func(r recordstore.Record, _ place, s *sketch.Sketch) {
		union.Merge(s)
		sources = append(sources, r.ID)
		if r.Expires.After(expires) {
			expires = r.Expires
		}
	}, nil)
	if err != nil || len(sources) == 0 {
		return err
	}
	if len(sources) == 1 {
		if p, _ := parseID(sources[0]); p == target {
			return nil // the others are damaged, or gone
		}
	}
	id := target.id(rolled)
	r := recordstore.Record{ID: id, Start: target.bucket.Start, Expires: expires, Data: union.Append(nil, u.keyID(), id)}
	if err := u.config.Records.Put(ctx, r); err != nil {
		return err
	}
	return u.config.Records.Delete(ctx, sources...)
}

// load loads records, some at a time. It calls each for the whole ones, and bad with the ids of the others.
func (u *Counter) load(ctx context.Context, ids []string, each func(recordstore.Record, place, *sketch.Sketch), bad func(string)) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), loadAtOnce)]
		ids = ids[len(some):]
		records, err := u.config.Records.Load(ctx, some)
		if err != nil {
			return err
		}
		for _, r := range records {
			u.parse(r, each, bad)
		}
	}
	return nil
}

// parse calls each with a record's sketch if it is whole, and otherwise bad with its id.
func (u *Counter) parse(r recordstore.Record, each func(recordstore.Record, place, *sketch.Sketch), bad func(string)) {
	p, ok := parseID(r.ID)
	s, err := sketch.Parse(r.Data, u.keyID(), r.ID)
	if err == nil && (!ok || !r.Start.Equal(p.bucket.Start)) {
		err = errNoID
	}
	if err == nil {
		each(r, p, s)
		return
	}
	u.damaged(r.ID, err)
	if bad != nil {
		bad(r.ID)
	}
}
