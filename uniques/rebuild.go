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

// seen is a writer's leases, and since when they have not changed.
type seen struct {
	leases string
	since  time.Time
}

// watch looks at the leases, and rebuilds the ranges of those that have expired.
func (u *Counter) watch(ctx context.Context, w *watch) error {
	if u.config.Documents == nil {
		return nil
	}
	byWriter, err := u.leases(ctx)
	if err != nil {
		return err
	}
	delete(byWriter, u.writer)
	now, was := time.Now(), w.seen
	w.seen = make(map[string]seen, len(byWriter))
	gone := make(map[string][]recordstore.Header)
	for writer, leases := range byWriter {
		names := idsOf(leases)
		s := was[writer]
		if s.leases != strings.Join(names, " ") {
			s = seen{strings.Join(names, " "), now}
		}
		w.seen[writer] = s
		if now.Sub(s.since) >= u.config.pace.expiry {
			gone[writer] = leases
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return u.takeOver(ctx, gone)
}

// leases returns the leases that there are, by writer.
func (u *Counter) leases(ctx context.Context) (map[string][]recordstore.Header, error) {
	headers, err := u.config.Records.List(ctx, leasePrefix, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	byWriter := make(map[string][]recordstore.Header)
	for _, h := range headers {
		if writer := writerOf(h.ID); writer != "" {
			byWriter[writer] = append(byWriter[writer], h)
		}
	}
	return byWriter, nil
}

func idsOf(headers []recordstore.Header) (ids []string) {
	for _, h := range headers {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	return ids
}

// claim is the lease of a process that is gone, held by this process.
type claim struct {
	writer  string
	from    time.Time
	records []string // that are to be deleted in the end; the latest is that of this process
	renewed time.Time
}

// takeOver claims the leases of processes that are gone, and counts the events that these had not saved. All ranges end
// now, so that one reading from the earliest start covers them all.
func (u *Counter) takeOver(ctx context.Context, gone map[string][]recordstore.Header) error {
	claims, failed := u.claim(ctx, gone)
	if len(claims) == 0 {
		return failed
	}
	from := slices.MinFunc(claims, func(a, b *claim) int { return a.from.Compare(b.from) }).from
	u.log.Info("sketches: counting documents again that processes had stored and not saved when they ended",
		slog.Int("processes", len(claims)), slog.Time("from", from))
	err := u.rebuild(ctx, from, time.Time{}, nil, func() error {
		for _, c := range claims {
			if err := u.renewClaim(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(failed, err)
	}
	u.stats.rebuilt.Add(int64(len(claims)))
	var done []string
	for _, c := range claims {
		done = append(done, c.records...)
	}
	return errors.Join(failed, u.config.Records.Delete(ctx, done...))
}

// claim claims the leases of writers, and returns the claims that no other process has made. The error is about the
// other leases, which are claimed again when they have expired.
//
// Processes that have seen the same leases give their claim the same id, so that the records accept only one of them. A
// claim is withdrawn if its leases are no longer there, or are not the only ones. Then another process has counted them
// meanwhile, or their writer is alive.
func (u *Counter) claim(ctx context.Context, gone map[string][]recordstore.Header) (claims []*claim, err error) {
	var errs []error
	for writer, leases := range gone {
		earliest := slices.MinFunc(leases, func(a, b recordstore.Header) int { return a.Start.Compare(b.Start) })
		c := &claim{writer: writer, from: earliest.Start, records: idsOf(leases)}
		switch err := u.putClaim(ctx, c, newClaimID(writer, c.records)); {
		case errors.Is(err, recordstore.ErrExists): // that of somebody else
		case err != nil:
			errs = append(errs, err)
		default:
			claims = append(claims, c)
		}
	}
	if len(claims) == 0 {
		return nil, errors.Join(errs...)
	}
	now, err := u.leases(ctx)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	claims = slices.DeleteFunc(claims, func(c *claim) bool {
		mine := c.records[len(c.records)-1]
		lost := !slices.Equal(idsOf(now[c.writer]), slices.Sorted(slices.Values(c.records)))
		if lost {
			errs = append(errs, u.config.Records.Delete(ctx, mine))
		}
		return lost
	})
	return claims, errors.Join(errs...)
}

// renewClaim writes the claim anew, if that is due.
func (u *Counter) renewClaim(ctx context.Context, c *claim) error {
	if !c.renewed.IsZero() && time.Since(c.renewed) < u.config.pace.lease {
		return nil
	}
	return u.putClaim(ctx, c, newLeaseID(c.writer))
}

func (u *Counter) putClaim(ctx context.Context, c *claim, id string) error {
	if err := u.config.Records.Put(ctx, recordstore.Record{ID: id, Start: c.from}); err != nil {
		return err
	}
	c.records, c.renewed = append(c.records, id), time.Now()
	return nil
}

// rebuildChunk is how many documents are read between two checks of the clock and the memory.
const rebuildChunk = 1_000

// Rebuild counts the documents again that were accepted at from or later. It stops when ctx ends.
func (u *Counter) Rebuild(ctx context.Context, from time.Time) error {
	return u.RebuildBetween(ctx, from, time.Time{}, nil)
}

// RebuildBetween counts the documents again that were accepted at from or later and before to. A zero to means no end.
// each, if not nil, is called for each of them. Values that are already counted stay: to count them twice changes
// nothing.
func (u *Counter) RebuildBetween(ctx context.Context, from, to time.Time, each func()) error {
	if u.config.Documents == nil {
		return errors.New("uniques: Config.Documents is nil; set it to a reader of the events, such as a *mongostore.Reader")
	}
	return u.rebuild(ctx, from, to, each, func() error { return nil })
}

// rebuild adds the documents of a time range to the open sketches, and saves the sketches. It calls each, if not nil,
// for each document, and keep now and then.
func (u *Counter) rebuild(ctx context.Context, from, to time.Time, each func(), keep func() error) error {
	hasher, err := u.learnKey(ctx)
	if err != nil {
		return err
	}
	n := 0
	err = u.config.Documents.Received(ctx, from, to, func(doc bson.Raw) error {
		if each != nil {
			each()
		}
		values := u.evaluate(hasher, doc)
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
