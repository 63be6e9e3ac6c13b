// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"fmt"
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

// Each way in which an append can be refused: it says so precisely, what it
// left never appears, and the next append works and takes its number.
func TestRefusedAppend(t *testing.T) {
	eio, nospace := syscall.EIO, syscall.ENOSPC
	type fail struct {
		kind  faultfs.Kind
		fault faultfs.Fault
	}
	tests := []struct {
		name  string
		fails []fail
		size  int
		want  error
	}{
		{"nothing was written", []fail{{faultfs.Write, faultfs.Fault{Err: nospace}}}, 100, nospace},
		{"a part was written", []fail{{faultfs.Write, faultfs.Fault{Err: nospace, Bytes: 50}}}, 100, nospace},
		{"some blocks were written", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Bytes: 70000}}}, 90000, eio},
		{"the truncate fails", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Bytes: 50}}, {faultfs.Truncate, faultfs.Fault{Err: eio}}}, 100, eio},
		{"all was written in spite of the error", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Lie: true}}}, 100, eio},
		{"all was written and the truncate fails", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Lie: true}}, {faultfs.Truncate, faultfs.Fault{Err: eio}}}, 100, eio},
		{"no new segment", []fail{{faultfs.Create, faultfs.Fault{Err: nospace}}}, 30000, nospace},
		{"a new segment without content", []fail{{faultfs.Write, faultfs.Fault{Err: nospace, Bytes: 20}}}, 30000, nospace},
		{"a new segment without content that cannot be truncated", []fail{{faultfs.Write, faultfs.Fault{Err: nospace, Bytes: 60}}, {faultfs.Truncate, faultfs.Fault{Err: eio}}}, 30000, nospace},
	}
	for _, before := range []int{0, 2} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s after %d", tt.name, before), func(t *testing.T) {
				files := faultfs.New()
				f := newFaults(files)
				j := open(t, small(files))
				fill(t, j, before, 9000)
				for _, fail := range tt.fails {
					f.set(fail.kind, &fail.fault)
				}
				for range 3 {
					_, err := j.Append(payload("refused", tt.size))
					wantError(t, err, tt.want)
				}
				if f.get(faultfs.Truncate) == nil {
					// Taken back at once, not only by what is written over it.
					killed := open(t, small(files.After(faultfs.Kill(), 0)))
					if rec := killed.Recovery(); rec.Recovered != uint64(before) || rec.TornBytes != 0 {
						t.Fatalf("right after it: %+v", rec)
					}
					closeJournal(t, killed)
				}
				for _, fail := range tt.fails {
					f.set(fail.kind, nil)
				}
				fill(t, j, 3, 9000)
				last := uint64(before + 3)
				waitSynced(t, j, last)
				check := func(j *journal.Journal) {
					t.Helper()
					got := drain(t, j.NewReader())
					if diff := cmp.Diff(span(1, last), got.seqs); diff != "" {
						t.Fatal(diff)
					}
					for i, p := range got.payloads {
						if !bytes.Equal(p, payload(fmt.Sprintf("r%d", i+1), 9000)) {
							t.Fatalf("record %d has another's content", i+1)
						}
					}
				}
				check(j)
				for _, loss := range faultfs.Losses() {
					after := open(t, small(files.After(loss, 7)))
					check(after)
					if rec := after.Recovery(); rec.Lost != 0 || rec.Recovered != last {
						t.Fatalf("%s: %+v", loss.Name, rec)
					}
					closeJournal(t, after)
				}
				closeJournal(t, j)
			})
		}
	}
}

// A disk that is full: appends fail, nothing that was acknowledged is harmed,
// the checkpoint can still move, and its deletions make appends work again.
func TestDiskFull(t *testing.T) {
	files := faultfs.New()
	files.SetSpace(150000 + tailBytes)
	j := open(t, small(files))
	var last uint64
	for {
		seq, err := j.Append(payload("r", 9000))
		if err != nil {
			wantError(t, err, syscall.ENOSPC)
			break
		}
		last = seq
	}
	if last < 10 {
		t.Fatalf("full after %d records", last)
	}
	files.SetSpace(0)
	r := j.NewReader()
	if diff := cmp.Diff(span(1, last), drain(t, r).seqs); diff != "" {
		t.Fatal(diff)
	}
	if err := j.Checkpoint(last - 1); err != nil {
		t.Fatalf("checkpoint on a full disk: %v", err)
	}
	files.SetSpace(150000 + tailBytes)
	fill(t, j, 3, 9000)
	if diff := cmp.Diff(span(last+1, last+3), drain(t, r).seqs); diff != "" {
		t.Fatal(diff)
	}
	closeJournal(t, j)
	if diff := cmp.Diff(journal.Recovery{Recovered: 4}, open(t, small(files)).Recovery()); diff != "" {
		t.Fatal(diff)
	}
}

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
		if op.Kind == faultfs.Sync && op.Name == dir+"/"+format.SegmentName(1) {
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

func TestFullJournal(t *testing.T) {
	for _, blocks := range []int64{1, 4, 32} {
		t.Run(fmt.Sprint(blocks), func(t *testing.T) {
			o := small(faultfs.New())
			o.SegmentBytes, o.MaxBytes = journal.DefaultSegmentBytes, blocks*format.BlockBytes
			j := open(t, o)
			r := j.NewReader()
			ctx := timely(t)
			wantError(t, j.WaitSpace(ctx), nil)
			for range 5 {
				for {
					_, err := j.Append(payload("r", 5000))
					if err != nil {
						wantError(t, err, journal.ErrFull)
						break
					}
				}
				if got := j.Stats(); got.Bytes > o.MaxBytes || got.Bytes < o.MaxBytes/2 {
					t.Fatalf("full at %d of %d bytes", got.Bytes, o.MaxBytes)
				}
				canceled, cancel := context.WithCancel(ctx)
				cancel()
				wantError(t, j.WaitSpace(canceled), context.Canceled)
				waiter := make(chan error, 1)
				go func() { waiter <- j.WaitSpace(ctx) }()
				got := drain(t, r)
				if err := j.Checkpoint(got.seqs[len(got.seqs)-1]); err != nil {
					t.Fatal(err)
				}
				wantError(t, <-waiter, nil)
			}
			// A record as large as the whole journal, behind one that is done.
			fill(t, j, 1, 1000)
			if err := j.Checkpoint(j.Stats().LastSeq); err != nil {
				t.Fatal(err)
			}
			if err := appendWaiting(ctx, j, make([]byte, o.MaxBytes-1000)); err != nil {
				t.Fatal(err)
			}
			_, err := j.Append(make([]byte, o.MaxBytes))
			wantError(t, err, journal.ErrTooLarge)
		})
	}
}

func appendWaiting(ctx context.Context, j *journal.Journal, p []byte) error {
	for {
		_, err := j.Append(p)
		if err == nil || err != journal.ErrFull {
			return err
		}
		if err := j.WaitSpace(ctx); err != nil {
			return err
		}
	}
}

// Deletions that fail are tried again without anybody asking.
func TestFailedRemovalIsRetried(t *testing.T) {
	files := faultfs.New()
	f := newFaults(files)
	o := small(files)
	o.MaxBytes, o.SyncInterval = 4*format.BlockBytes, time.Millisecond
	j := open(t, o)
	r := j.NewReader()
	for {
		if _, err := j.Append(payload("r", 5000)); err != nil {
			break
		}
	}
	got := drain(t, r)
	f.set(faultfs.Remove, &faultfs.Fault{Err: syscall.EIO})
	wantError(t, j.Checkpoint(got.seqs[len(got.seqs)-1]), syscall.EIO)
	f.set(faultfs.Remove, nil)
	wantError(t, j.WaitSpace(timely(t)), nil)
	fill(t, j, 1, 5000)
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

// Whoever comes while the fsync of a sealed segment runs, which fails, waits for the next pass. That one syncs other
// files, and its success says nothing about the record.
func TestFailedFsyncOfSealedSegmentWhileSomebodyComes(t *testing.T) {
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
