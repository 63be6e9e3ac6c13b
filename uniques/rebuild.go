// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// watch remembers the leases of others.
type watch struct {
	seen map[string]seen // by writer
}

// seen is what a writer's leases were, and since when.
type seen struct {
	leases string
	since  time.Time
}

// watch looks at the leases, and rebuilds the range of one that has expired.
func (u *Counter) watch(ctx context.Context, w *watch) error {
	if u.config.Documents == nil {
		return nil
	}
	headers, err := u.config.Records.List(ctx, leasePrefix, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	byWriter := make(map[string][]recordstore.Header)
	for _, h := range headers {
		if writer := writerOf(h.ID); writer != "" && writer != u.writer {
			byWriter[writer] = append(byWriter[writer], h)
		}
	}
	now, was := time.Now(), w.seen
	w.seen = make(map[string]seen, len(byWriter))
	var errs []error
	for writer, leases := range byWriter {
		names := idsOf(leases)
		s := was[writer]
		if s.leases != strings.Join(names, " ") {
			s = seen{strings.Join(names, " "), now}
		}
		w.seen[writer] = s
		if now.Sub(s.since) >= u.config.pace.expiry {
			errs = append(errs, u.takeOver(ctx, writer, leases))
		}
	}
	return errors.Join(errs...)
}

func idsOf(headers []recordstore.Header) (ids []string) {
	for _, h := range headers {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	return ids
}

// claim is the lease of a writer that is gone, in the hands of this process.
type claim struct {
	writer  string
	from    time.Time
	records []string // that are to be deleted in the end; the latest is that of this process
	renewed time.Time
}

// takeOver claims the leases of a writer, and counts what it has left.
func (u *Counter) takeOver(ctx context.Context, writer string, leases []recordstore.Header) error {
	c := &claim{writer: writer, from: leases[0].Start, records: idsOf(leases)}
	for _, l := range leases {
		if l.Start.Before(c.from) {
			c.from = l.Start
		}
	}
	known := slices.Clone(c.records)
	if err := u.renewClaim(ctx, c); err != nil {
		return err
	}
	mine := c.records[len(c.records)-1]
	now, err := u.config.Records.List(ctx, leasePrefix+writer+separator, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	for _, l := range now {
		if l.ID < mine && !slices.Contains(known, l.ID) { // somebody else has claimed it, or it is back
			return u.config.Records.Delete(ctx, mine)
		}
	}
	u.log.Info("sketches: counting again what a process had stored and not saved when it ended", slog.Time("from", c.from))
	if err := u.rebuild(ctx, c.from, all, func() error { return u.renewClaim(ctx, c) }); err != nil {
		return err
	}
	u.stats.rebuilt.Add(1)
	return u.config.Records.Delete(ctx, c.records...)
}

// renewClaim writes the claim anew, if that is due.
func (u *Counter) renewClaim(ctx context.Context, c *claim) error {
	if !c.renewed.IsZero() && time.Since(c.renewed) < u.config.pace.lease {
		return nil
	}
	id := newLeaseID(c.writer)
	if err := u.config.Records.Put(ctx, recordstore.Record{ID: id, Start: c.from}); err != nil {
		return err
	}
	c.records, c.renewed = append(c.records, id), time.Now()
	return nil
}

// rebuildChunk is how many documents are read between two looks at the clock and at the memory.
const rebuildChunk = 1_000

// Rebuild counts the documents that were accepted at from or later, again. It takes as long as ctx allows.
func (u *Counter) Rebuild(ctx context.Context, from time.Time) error {
	return u.RebuildBetween(ctx, from, time.Time{}, nil)
}

// RebuildBetween counts the documents again that were accepted at from or later and before to, of which the zero time is no end. each,
// if not nil, is called after each of them. What is counted already stays; to count it twice changes nothing.
func (u *Counter) RebuildBetween(ctx context.Context, from, to time.Time, each func()) error {
	if u.config.Documents == nil {
		return errors.New("uniques: Config.Documents is nil; give what has the events, such as a *mongostore.Reader")
	}
	return u.rebuild(ctx, from, func(doc bson.Raw) bool {
		if at, ok := receivedAt(doc); ok && !to.IsZero() && !at.Before(to) {
			return false
		}
		if each != nil {
			each()
		}
		return true
	}, func() error { return nil })
}

// all takes every document.
func all(bson.Raw) bool { return true }

// rebuild adds documents that are taken to the open sketches, and saves those. Now and then it calls keep.
func (u *Counter) rebuild(ctx context.Context, from time.Time, take func(bson.Raw) bool, keep func() error) error {
	n := 0
	err := u.config.Documents.Received(ctx, from, func(doc bson.Raw) error {
		if !take(doc) {
			return nil
		}
		values := u.evaluate(doc)
		o := &u.open
		o.mu.Lock()
		o.add(values, u.received(doc))
		o.mu.Unlock()
		if n++; n%rebuildChunk != 0 {
			return nil
		}
		if err := keep(); err != nil {
			return err
		}
		o.mu.Lock()
		much := o.bytes() > saveBytes
		o.mu.Unlock()
		if much {
			return u.save(ctx)
		}
		return nil
	})
	u.stats.reread.Add(int64(n))
	if err != nil {
		return err
	}
	return u.save(ctx)
}
