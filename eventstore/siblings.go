// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/procdir"
)

// siblings are the directories of other processes beside that of a store: those of processes that are dead are adopted, one
// after the other. What is in an adopted directory is delivered by a store of its own, over the same sink:
//
//	run ── every minute, and after each directory ──► adopt ──► Store of the dead process's directory
//	                                                               │ its events are delivered
//	tend (one a directory) ◄───────────────────────────────────────┘
//	  └── Shutdown, which removes the directory when nothing is left in it
//
// The lock in each directory decides whose it is.
type siblings struct {
	store  *Store
	parent string
	mark   string // of directories with events for the same destination

	// turn has one element while no directory is adopted or given back, and nobody works on all of them.
	turn   chan struct{}
	wake   signal          // a directory was given back
	ctx    context.Context // ends with the adoption
	cancel context.CancelFunc
	ended  chan struct{}
	tended sync.WaitGroup // of the goroutines of tend

	mu      sync.Mutex // guards what follows
	adopted []*Store
	given   Stats              // the sums of those that were given back
	passed  map[string]passage // directories of which nothing can be had for now
	warned  map[string]bool    // directories that the log has named
}

// passage says why a directory is passed over: its journal is as it was, or it is too early to try again.
type passage struct {
	modified time.Time // of the journal's directory
	until    time.Time // zero: as long as that is so
}

const (
	// adoptInterval is how often a process looks for directories of dead ones, give or take a tenth.
	adoptInterval = time.Minute
	// maxAdopted bounds how many directories a process has adopted at a time. A second one is adopted only while the first makes
	// no progress although the sink answers.
	maxAdopted = 4
	// adoptAgain is after how long a directory is tried again that could not be opened, or in which a consumer has not done all.
	adoptAgain = 10 * time.Minute
	// consumerPatience is how long a directory is kept for a consumer once the sink has everything in it.
	consumerPatience = time.Minute
	// justBorn is how old a directory without a lock is at least when it is adopted: its process may be about to take the lock.
	justBorn = time.Minute
)

func newSiblings(parent, mark string) *siblings {
	b := &siblings{
		parent: parent, mark: mark, turn: make(chan struct{}, 1), wake: newSignal(), ended: make(chan struct{}),
		passed: make(map[string]passage), warned: make(map[string]bool),
	}
	b.turn <- struct{}{}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// start begins to adopt.
func (b *siblings) start() {
	go func() {
		defer close(b.ended)
		b.run(b.ctx)
	}()
}

// stop ends that. What is adopted stays.
func (b *siblings) stop() {
	if b != nil {
		b.cancel()
		<-b.ended
	}
}

func (b *siblings) run(ctx context.Context) {
	var before map[*Store]int64
	if err := procdir.Sweep(b.parent); err != nil {
		b.store.log.journal.Warn("journal: a directory whose events are all delivered cannot be deleted", slog.Any("error", err))
	}
	for ctx.Err() == nil {
		for b.mayAdopt(ctx, before) && b.adopt(ctx) {
			before = nil
		}
		each := b.store.config.adoptEach
		timer := time.NewTimer(each - each/10 + rand.N(each/5+1))
		select {
		case <-timer.C:
			before = b.pending()
		case <-b.wake:
			before = nil
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// pending returns what is left in each directory that is adopted.
func (b *siblings) pending() map[*Store]int64 {
	left := make(map[*Store]int64)
	for _, s := range b.children() {
		left[s] = s.Stats().Pending
	}
	return left
}

// mayAdopt reports whether one more directory may be adopted. before is what was left in each a while ago.
func (b *siblings) mayAdopt(ctx context.Context, before map[*Store]int64) bool {
	children := b.children()
	if len(children) == 0 || len(children) >= maxAdopted {
		return len(children) == 0
	}
	for s, left := range b.pending() {
		if was, known := before[s]; !known || left < was {
			return false // it makes progress, or has not had the time to
		}
	}
	return b.store.ping(ctx) == ""
}

// adopt adopts one directory; false: there is none.
func (b *siblings) adopt(ctx context.Context) bool {
	done, err := b.takeTurn(ctx)
	if err != nil {
		return false
	}
	defer done()
	for _, dir := range b.free() {
		if b.isPassed(dir) {
			continue
		}
		child, err := b.open(ctx, dir)
		switch {
		case child != nil:
			b.attend(child)
			return true
		case ctx.Err() != nil:
			return false
		case err != nil:
			b.pass(dir, time.Now().Add(adoptAgain))
			b.warn(dir, "journal: the directory of a dead process cannot be opened; trying again later", err)
		}
	}
	return false
}

// takeTurn waits until nobody else adopts, gives back, or works on all directories.
func (b *siblings) takeTurn(ctx context.Context) (done func(), err error) {
	select {
	case <-b.turn:
		return func() { b.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// free returns the directories that no process has, in any order. The one that is above all others is one of them when an earlier
// process used it for itself alone.
func (b *siblings) free() (free []string) {
	dirs, err := procdir.List(b.parent)
	if err != nil {
		b.warn(b.parent, "journal: the directories of other processes cannot be listed", err)
		return nil
	}
	if hasData(b.parent) {
		dirs = append(dirs, procdir.Dir{Path: b.parent, Mark: b.mark})
	}
	own := b.own()
	for _, d := range dirs {
		held, _, err := journal.Held(filesystem.OS(), filepath.Join(d.Path, journalDir))
		switch {
		case held || own[d.Path] || errors.Is(err, fs.ErrNotExist):
		case d.Mark != b.mark:
			b.warn(d.Path, "journal: the directory of a process with another destination is not adopted; start a process with that destination, or delete the directory", nil)
		case justMade(d.Path):
		default:
			free = append(free, d.Path)
		}
	}
	rand.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	return free
}

// own returns the directories that this process has.
func (b *siblings) own() map[string]bool {
	own := make(map[string]bool)
	if b.store != nil { // it is nil while it is being opened
		own[b.store.config.Dir] = true
	}
	for _, child := range b.children() {
		own[child.config.Dir] = true
	}
	return own
}

// justMade reports whether a directory is new and has no lock.
func justMade(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, journalDir, "lock")); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	info, err := os.Stat(dir)
	return err != nil || time.Since(info.ModTime()) < justBorn
}

// warn logs something about a directory, once.
func (b *siblings) warn(dir, message string, err error) {
	if b.store == nil { // it is being opened, and looks again soon
		return
	}
	b.mu.Lock()
	told := b.warned[dir+message]
	b.warned[dir+message] = true
	b.mu.Unlock()
	if told {
		return
	}
	attrs := []any{slog.String("dir", dir)}
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	b.store.log.journal.Warn(message, attrs...)
}

// isPassed reports whether a directory is passed over.
func (b *siblings) isPassed(dir string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.passed[dir]
	return ok && p.modified.Equal(journalModified(dir)) && (p.until.IsZero() || time.Now().Before(p.until))
}

// pass has a directory passed over until its journal changes, or for a while.
func (b *siblings) pass(dir string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if modified := journalModified(dir); !modified.IsZero() {
		b.passed[dir] = passage{modified, until}
	} else {
		delete(b.passed, dir) // it is gone
	}
}

func journalModified(dir string) time.Time {
	info, err := os.Stat(filepath.Join(dir, journalDir))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
