// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// Counter counts the events that a sink stores. Make it with New, and wrap the sink with Around. It is safe for
// concurrent use.
//
//	Deliver ──► lease, when it has to be older ──► the sink ──► open sketches ◄── rebuild ◄── documents
//	                                                                 │               ▲
//	keep: every minute ──► save ──► records, then the lease          │               │ an expired lease
//	look: every 20 s ──► leases of others ───────────────────────────┼───────────────┘
//	      every 10 min ──► roll up records                           ▼
//	Read ──► records that are new ──► unions ◄───────────────── open sketches
type Counter struct {
	config Config
	log    *slog.Logger
	writer string // the random name of this process
	key    key
	counts

	open    open
	lease   lease
	reading reading

	saving  sync.Mutex   // held by a save
	refused atomic.Int64 // when the records refused a lease, in milliseconds since 1970; 0 when they took one
	stats   tally

	full chan struct{} // a save is due

	unmeasure func() // takes what measure has registered off the page

	begin  sync.Once // start of the background
	end    sync.Once
	ctx    context.Context // of the background
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// New returns a counter. The error lists every mistake in c.
func New(c Config) (*Counter, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	u := &Counter{config: c, log: c.Logger, writer: rand.Text(), full: make(chan struct{}, 1), counts: newCounts(c.Metrics)}
	u.key.init(c)
	u.config.Key = nil
	u.unmeasure = func() {}
	u.open.init()
	u.reading.init()
	u.ctx, u.cancel = context.WithCancel(context.Background())
	return u, nil
}

// Metrics returns the names of the metrics.
func (u *Counter) Metrics() []string {
	names := make([]string, len(u.metrics))
	for i, m := range u.metrics {
		names[i] = m.Name
	}
	return names
}

// start starts the background.
func (u *Counter) start() {
	u.begin.Do(func() {
		u.measure()
		u.ended.Go(u.keep)
		u.ended.Go(u.look)
	})
}

// stop ends the background, saves the open sketches, and deletes the lease.
func (u *Counter) stop(ctx context.Context) (err error) {
	u.end.Do(func() {
		u.begin.Do(func() {})
		u.cancel()
		u.unmeasure()
		done := make(chan struct{})
		go func() { u.ended.Wait(); close(done) }()
		select {
		case <-done:
			err = errors.Join(u.save(ctx), u.giveBack(ctx))
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			u.log.Warn("sketches: unsaved values are counted from the documents, by another instance or after the next start", slog.Any("error", err))
		}
	})
	return err
}

// keep saves sketches and renews the lease.
func (u *Counter) keep() {
	save, renew := time.NewTicker(u.config.pace.save), time.NewTicker(u.config.pace.lease)
	defer save.Stop()
	defer renew.Stop()
	for {
		select {
		case <-u.ctx.Done():
			return
		case <-save.C:
			u.note(errSave, u.save(u.ctx))
		case <-u.full:
			u.note(errSave, u.save(u.ctx))
		case <-renew.C:
			if u.lease.held() {
				u.note(errLease, u.renew(u.ctx))
			}
		}
	}
}

// look looks after the leases that other processes left.
func (u *Counter) look() {
	var w watch
	prepared := u.prepare()
	watching, rolling := time.NewTicker(u.config.pace.lease), time.NewTicker(u.config.pace.rollUp)
	defer watching.Stop()
	defer rolling.Stop()
	look := func() {
		if _, err := u.learnKey(u.ctx); err == nil {
			u.note(errWatch, u.watch(u.ctx, &w))
		}
	}
	look()
	for {
		select {
		case <-u.ctx.Done():
			return
		case <-watching.C:
			look()
		case <-rolling.C:
			prepared = prepared || u.prepare()
			if u.key.hasher.Load() != nil {
				u.note(errRollUp, u.RollUp(u.ctx))
			}
		}
	}
}

// preparer is a recordstore.Store with something to do first, such as creating indexes.
type preparer interface {
	Prepare(ctx context.Context) error
}

// prepare prepares the records, and reports whether that is done.
func (u *Counter) prepare() bool {
	p, ok := u.config.Records.(preparer)
	if !ok {
		return true
	}
	err := p.Prepare(u.ctx)
	u.note(errPrepare, err)
	return err == nil || errors.Is(err, recordstore.ErrRefused)
}

// note counts and logs an error of the background.
func (u *Counter) note(doing errorKind, err error) {
	if err == nil || u.ctx.Err() != nil {
		return
	}
	u.stats.errors[doing].Add(1)
	level := slog.LevelWarn
	if errors.Is(err, recordstore.ErrRefused) {
		level = slog.LevelError
	}
	u.log.Log(u.ctx, level, "sketches: "+errorTexts[doing]+" failed; trying again", slog.Any("error", err))
}
