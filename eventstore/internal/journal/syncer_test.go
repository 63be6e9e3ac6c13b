// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func TestFailedFsync(t *testing.T) {
	for _, kind := range []faultfs.Kind{faultfs.Sync, faultfs.SyncDir} {
		t.Run(string(kind), func(t *testing.T) {
			files := faultfs.New()
			f := newFaults(files)
			o := small(files)
			var reported atomic.Int32
			o.OnError = func(error) { reported.Add(1) }
			j := open(t, o)
			first := uint64(0)
			if kind == faultfs.Sync {
				fill(t, j, 1, 100)
				first = 1
				waitSynced(t, j, 1)
			}
			fill(t, j, 2, 100)
			f.set(kind, &faultfs.Fault{Err: syscall.EIO})
			ctx := timely(t)
			var group sync.WaitGroup
			for seq := first + 1; seq <= first+2; seq++ {
				group.Go(func() {
					if err := j.WaitSynced(ctx, seq); err == nil {
						t.Errorf("record %d is reported durable", seq)
					}
				})
			}
			group.Wait()
			f.set(kind, nil)
			fill(t, j, 2, 100)
			waitSynced(t, j, first+4)
			waitSynced(t, j, first+3)
			// Later success proves nothing about what failed.
			wantError(t, j.WaitSynced(ctx, first+1), syscall.EIO)
			wantError(t, j.WaitSynced(ctx, first+2), syscall.EIO)
			if first > 0 {
				waitSynced(t, j, first)
			}
			if reported.Load() == 0 {
				t.Error("nobody was told")
			}
			if diff := cmp.Diff(span(1, first+4), drain(t, j.NewReader()).seqs); diff != "" {
				t.Fatal(diff)
			}
			// After a loss of power the failed ones may be gone, and are counted.
			after := open(t, small(files.After(faultfs.Strict(), 1)))
			got := drain(t, after.NewReader())
			if rec := after.Recovery(); rec.Recovered != first+4 || rec.Lost != first+4-uint64(len(got.seqs)) || got.lost != rec.Lost {
				t.Fatalf("%+v, delivered %v, lost %d", rec, got.seqs, got.lost)
			}
			if n := len(got.seqs); n < 2 || got.seqs[n-1] != first+4 || got.seqs[n-2] != first+3 {
				t.Fatalf("delivered %v", got.seqs)
			}
			_ = j.Close()
		})
	}
}

// An fsync that fails while the segment is being rotated fails what is in the old
// one, and only that.
func TestFailedFsyncOfSealedSegment(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	fill(t, j, 4, 10000) // the fourth is in the second segment
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Sync && op.Name == filepath.Join(dir, format.SegmentName(1)) {
			return &faultfs.Fault{Err: syscall.EIO}
		}
		return nil
	})
	waitSynced(t, j, 4)
	for seq := uint64(1); seq <= 3; seq++ {
		wantError(t, j.WaitSynced(timely(t), seq), syscall.EIO)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAppendDoesNotWaitForFsync(t *testing.T) {
	release := make(chan struct{})
	o := small(blocking{faultfs.New(), release})
	o.SyncInterval = time.Nanosecond
	j := open(t, o)
	fill(t, j, 30, 10000) // ten segments, while no fsync returns
	close(release)
	waitSynced(t, j, 30)
	closeJournal(t, j)
}

// blocking is a file system whose fsyncs wait.
type blocking struct {
	journal.FS
	release chan struct{}
}

func (b blocking) Create(name string) (filesystem.File, error) {
	f, err := b.FS.Create(name)
	return blockingFile{f, b.release}, err
}

type blockingFile struct {
	filesystem.File
	release chan struct{}
}

func (f blockingFile) Sync() error {
	<-f.release
	return f.File.Sync()
}

func TestGroupCommit(t *testing.T) {
	files := faultfs.New()
	var mu sync.Mutex
	syncs := 0
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Sync {
			mu.Lock()
			syncs++
			mu.Unlock()
		}
		return nil
	})
	o := small(files)
	o.SegmentBytes = 1 << 20
	j := open(t, o)
	fill(t, j, 100, 10)
	var group sync.WaitGroup
	for seq := range uint64(100) {
		group.Go(func() { waitSyncedErr(t, j, seq+1) })
	}
	group.Wait()
	mu.Lock()
	defer mu.Unlock()
	if syncs == 0 || syncs > 3 {
		t.Fatalf("%d fsyncs for 100 waiters", syncs)
	}
}

func waitSyncedErr(t *testing.T, j *journal.Journal, seq uint64) {
	if err := j.WaitSynced(context.Background(), seq); err != nil {
		t.Errorf("WaitSynced(%d): %v", seq, err)
	}
}

// gated is a file system on which the next fsync of a segment waits, and then fails.
type gated struct {
	journal.FS
	path    string
	reached chan struct{} // closed when it waits
	release chan struct{}
}

func (g gated) Create(name string) (filesystem.File, error) {
	f, err := g.FS.Create(name)
	if err != nil || name != g.path {
		return f, err
	}
	return gatedFile{f, g}, nil
}

type gatedFile struct {
	filesystem.File
	fs gated
}

func (f gatedFile) Sync() error {
	close(f.fs.reached)
	<-f.fs.release
	return syscall.EIO
}

// asked is a context that tells when somebody begins to wait for its end.
type asked struct {
	context.Context
	once sync.Once
	told chan struct{}
}

func (a *asked) Done() <-chan struct{} {
	a.once.Do(func() { close(a.told) })
	return a.Context.Done()
}

// Whoever joins while the fsync of a sealed segment runs, which fails, waits for the next pass. That one syncs other
// files, and its success says nothing about the record.
func TestFailedFsyncOfSealedSegmentWhileSomebodyJoins(t *testing.T) {
	files := gated{faultfs.New(), segmentPath(1), make(chan struct{}), make(chan struct{})}
	j := open(t, small(files))
	fill(t, j, 3, 1000)
	_ = rotate(t, j)
	ctx := timely(t)
	first := make(chan error, 1)
	go func() { first <- j.WaitSynced(ctx, 1) }()
	<-files.reached
	fill(t, j, 1, 1000) // in the second segment
	waiting := &asked{Context: ctx, told: make(chan struct{})}
	second := make(chan error, 1)
	go func() { second <- j.WaitSynced(waiting, 2) }()
	<-waiting.told
	close(files.release)
	wantError(t, <-first, syscall.EIO)
	wantError(t, <-second, syscall.EIO)
	waitSynced(t, j, 4)
	_ = j.Close()
}
