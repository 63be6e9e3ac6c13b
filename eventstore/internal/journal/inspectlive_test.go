// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// TestInspectBesideAWriter looks again and again at a journal that is appended to, delivered and deleted from.
func TestInspectBesideAWriter(t *testing.T) {
	where := t.TempDir()
	j, err := journal.Open(where, journal.Options{SegmentBytes: format.BlockBytes, MaxBytes: 1 << 20, SyncInterval: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		r := j.NewReader()
		for n := 1; ; n++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			_, _, err := j.AppendBatch([][][]byte{{payload("a", n%3000)}, {payload("b", 40_000*(n%10/9))}, {payload("c", 10)}})
			if err != nil && !errors.Is(err, journal.ErrFull) {
				stopped <- err
				return
			}
			for range n % 7 {
				e, ok, err := r.TryNext()
				if err != nil {
					stopped <- err
					return
				}
				if ok {
					if err := j.Checkpoint(e.Seq); err != nil {
						stopped <- err
						return
					}
				}
			}
		}
	}()
	deadline := time.Now().Add(2 * time.Second)
	looks, records := 0, uint64(0)
	for ; time.Now().Before(deadline); looks++ {
		got, err := journal.Inspect(t.Context(), where, journal.InspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Recovery.Damage) > 0 || got.Recovery.Lost > 0 || !got.Held || got.Holder != os.Getpid() {
			t.Fatalf("look %d: %+v", looks, got)
		}
		last := uint64(0)
		if err := journal.Walk(where, nil, func(e journal.Entry) bool {
			if e.Seq <= last {
				t.Errorf("record %d after %d", e.Seq, last)
			}
			last = e.Seq
			return true
		}); err != nil {
			t.Fatal(err)
		}
		records += got.Backlog
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if looks < 10 || records == 0 {
		t.Errorf("only %d looks at %d records", looks, records)
	}
}

// moving is a file system on which something happens each time before a directory is listed.
type moving struct {
	journal.FS
	before func()
}

func (m *moving) ReadDir(dir string) ([]filesystem.Entry, error) {
	if m.before != nil {
		m.before()
	}
	return m.FS.ReadDir(dir)
}

// TestInspectIsOvertaken has everything that the checkpoint says to wait delivered, and its segments deleted, after the
// checkpoint was read: that is no damage, and no reason to read again.
func TestInspectIsOvertaken(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	fill(t, j, 40, 3000)
	r := j.NewReader()
	deliver := func(n int) {
		for range n {
			e, err := r.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Checkpoint(e.Seq); err != nil {
				t.Fatal(err)
			}
		}
	}
	deliver(1)
	looks := 0
	moved := &moving{FS: files}
	moved.before = func() {
		moved.before = nil
		deliver(25)
	}
	before := len(files.Names(dir))
	got, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: moved, Restart: func() { looks++ }})
	if err != nil || len(got.Recovery.Damage) != 0 || got.Recovery.Lost != 0 || looks != 1 || !got.Held {
		t.Errorf("%d looks: %+v, %v", looks, got, err)
	}
	if after := len(files.Names(dir)); after >= before || len(got.Segments) != after-2 { // the checkpoint and the tail are two of the names
		t.Errorf("%d files before, %d after, %d segments", before, after, len(got.Segments))
	}
}

// watched is a file system on which something happens around each directory that is listed, each file that is opened and
// each piece of a tail that is read.
type watched struct {
	journal.FS
	event func()
}

func (w watched) ReadDir(dir string) ([]filesystem.Entry, error) {
	w.event()
	defer w.event()
	return w.FS.ReadDir(dir)
}

func (w watched) Open(name string) (filesystem.File, error) {
	w.event()
	defer w.event()
	f, err := w.FS.Open(name)
	if name == tailPath && err == nil {
		return watchedFile{f, w.event}, nil
	}
	return f, err
}

type watchedFile struct {
	filesystem.File
	event func()
}

func (w watchedFile) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) && err == nil { // as a system may read
		var more int
		more, err = w.File.ReadAt(p[n:min(len(p), n+format.BlockBytes)], offset+int64(n))
		n += more
		w.event()
	}
	return n, err
}

// TestLookingBesideATail has records leave the tail for a segment that is not there yet, and others take their place, at
// each moment of a look: what was there when it began is found, and nothing is taken for lost.
func TestLookingBesideATail(t *testing.T) {
	var failing *faultfs.FS
	tests := []struct {
		name   string
		before func(t *testing.T) (*faultfs.FS, *journal.Journal)
		move   func(t *testing.T, j *journal.Journal)
		first  uint64 // how many there are before
	}{
		{
			"of this process",
			func(t *testing.T) (*faultfs.FS, *journal.Journal) {
				files := faultfs.New()
				j := open(t, large(files))
				fill(t, j, 20, 1000)
				return files, j
			},
			func(t *testing.T, j *journal.Journal) {
				_ = rotate(t, j)
				fill(t, j, 20, 1000)
			},
			20,
		},
		{
			"of this process, both halves of it",
			func(t *testing.T) (*faultfs.FS, *journal.Journal) {
				files := faultfs.New()
				o := large(files)
				o.SegmentBytes = 64 * format.BlockBytes
				j := open(t, o)
				fill(t, j, 80, 1000)
				return files, j
			},
			func(t *testing.T, j *journal.Journal) { fill(t, j, 130, 1000) }, // each half begins twice
			80,
		},
		{
			"of this process, whose other half begins before this one is written",
			func(t *testing.T) (*faultfs.FS, *journal.Journal) {
				files := faultfs.New()
				j := open(t, large(files))
				fill(t, j, 40, 1000)
				failing = files
				return files, j
			},
			func(t *testing.T, j *journal.Journal) {
				failing.SetHook(onSegments(faultfs.Write, faultfs.Fault{Err: syscall.EIO}))
				fill(t, j, 20, 1000)
				failing.SetHook(nil)
			},
			40,
		},
		{
			"of this process, the other half of it",
			func(t *testing.T) (*faultfs.FS, *journal.Journal) {
				files := faultfs.New()
				o := large(files)
				o.SegmentBytes = 64 * format.BlockBytes
				j := open(t, o)
				fill(t, j, 56, 1000)
				return files, j
			},
			func(t *testing.T, j *journal.Journal) { fill(t, j, 70, 1000) },
			56,
		},
		{
			"of an earlier process",
			func(t *testing.T) (*faultfs.FS, *journal.Journal) {
				files := faultfs.New()
				fill(t, open(t, large(files)), 20, 1000)
				return killed(t, files)
			},
			func(t *testing.T, j *journal.Journal) {
				fill(t, j, 1, 1000)
				waitSynced(t, j, 21)
				fill(t, j, 20, 1000)
			},
			20,
		},
	}
	// look calls Walk or Inspect, with a move at the moment with that number, and says whether there was one.
	look := func(t *testing.T, moment int, files journal.FS, move func(), looker func(journal.FS, func(journal.Entry))) (seqs []uint64, moved bool) {
		n := 0
		looker(watched{files, func() {
			if n++; n == moment {
				moved = true
				move()
			}
		}}, func(e journal.Entry) { seqs = append(seqs, e.Seq) })
		return seqs, moved
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for moment, more := 1, true; more; moment++ {
				more = false
				for name, looker := range map[string]func(journal.FS, func(journal.Entry)){
					"walk": func(files journal.FS, f func(journal.Entry)) {
						if err := journal.Walk(dir, files, func(e journal.Entry) bool { f(e); return true }); err != nil {
							t.Fatal(err)
						}
					},
					"inspect": func(files journal.FS, f func(journal.Entry)) {
						looks := 0
						got, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files, Backlog: f, Restart: func() { looks++ }})
						if err != nil {
							t.Fatal(err)
						}
						if looks != 1 || got.Recovery.Lost != 0 || len(got.Recovery.Damage) != 0 {
							t.Errorf("moment %d: %d looks, want 1 without damage: %+v", moment, looks, got.Recovery)
						}
					},
				} {
					files, j := tt.before(t)
					seqs, moved := look(t, moment, files, func() { tt.move(t, j) }, looker)
					more = more || moved
					if n := uint64(len(seqs)); n < tt.first || seqs[n-1] != n {
						t.Errorf("%s, moment %d: got %v, want 1 to %d, and perhaps more without a gap", name, moment, seqs, tt.first)
					}
					closeJournal(t, j)
				}
			}
		})
	}
}
