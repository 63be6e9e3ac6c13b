// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// goldenFS is a golden journal.
func goldenFS(name string) *faultfs.FS {
	files := faultfs.New()
	for path, data := range goldens() {
		if filepath.Dir(path) == name {
			files.Put(filepath.Join(dir, filepath.Base(path)), data)
		}
	}
	return files
}

// unwritten fails the test when something is written.
func unwritten(t *testing.T, files *faultfs.FS) {
	t.Helper()
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		switch op.Kind {
		case faultfs.Open, faultfs.Read, faultfs.ReadDir:
		default:
			t.Errorf("%v of %s", op.Kind, op.Name)
		}
		return nil
	})
}

func TestInspect(t *testing.T) {
	for _, test := range []struct {
		name     string
		files    *faultfs.FS
		segments []journal.SegmentInfo
		backlog  []uint64
		damage   []journal.Damage
		lost     uint64
	}{
		{
			"whole", goldenFS("whole"),
			[]journal.SegmentInfo{
				{Number: 1, FirstSeq: 1, LastSeq: 4, Records: 4, Backlog: 3, Bytes: 40172, Created: 1_700_000_000_000_000_000},
				{Number: 2, FirstSeq: 5, LastSeq: 5, Records: 1, Backlog: 1, Bytes: 75, Created: 1_700_000_001_000_000_000},
			},
			[]uint64{2, 3, 4, 5},
			nil, 0,
		},
		{
			"damaged", goldenFS("damaged"),
			[]journal.SegmentInfo{
				{Number: 1, FirstSeq: 1, LastSeq: 2, Records: 2, Backlog: 1, Bytes: 40172, Created: 1_700_000_000_000_000_000},
				{Number: 2, FirstSeq: 5, LastSeq: 5, Records: 1, Backlog: 1, Bytes: 75, Created: 1_700_000_001_000_000_000},
			},
			[]uint64{2, 5},
			[]journal.Damage{{Segment: 1, Offset: 99, Bytes: 40073, Reason: "checksum differs", FirstSeq: 3, LastSeq: 4}},
			2,
		},
		{"empty", func() *faultfs.FS {
			files := faultfs.New()
			_ = files.MkdirAll(dir)
			return files
		}(), nil, nil, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			unwritten(t, test.files)
			var backlog, walked []uint64
			got, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{
				FS: test.files, Restart: func() { backlog = nil },
				Backlog: func(e journal.Entry) { backlog = append(backlog, e.Seq) },
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.segments, got.Segments); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.damage, got.Recovery.Damage); diff != "" && len(test.damage)+len(got.Recovery.Damage) > 0 {
				t.Error(diff)
			}
			if err := journal.Walk(dir, test.files, func(e journal.Entry) bool {
				walked = append(walked, e.Seq)
				return true
			}); err != nil {
				t.Fatal(err)
			}
			if cmp.Diff(test.backlog, backlog)+cmp.Diff(test.backlog, walked) != "" || got.Backlog != uint64(len(backlog)) {
				t.Errorf("backlog %v, walked %v, counted %d, want %v", backlog, walked, got.Backlog, test.backlog)
			}
			if got.Recovery.Lost != test.lost || got.Held {
				t.Errorf("%+v", got)
			}
			if n := test.files.OpenFiles(); n != 0 {
				t.Errorf("%d files are open", n)
			}
			// Open finds the same.
			test.files.SetHook(nil)
			j := open(t, small(test.files))
			opened := j.Recovery()
			for i := range opened.Damage {
				opened.Damage[i].CopiedTo = ""
			}
			if diff := cmp.Diff(opened, got.Recovery); diff != "" {
				t.Errorf("Open finds something else (-Open +Inspect):\n%s", diff)
			}
			again, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: test.files})
			if err != nil || !again.Held || again.Holder != 1 || len(again.Copies) != len(test.damage) {
				t.Errorf("while it is open: %+v, %v", again, err)
			}
			if len(again.Recovery.Damage) != len(test.damage) {
				t.Errorf("damage that is there twice was dropped: %+v", again.Recovery)
			}
		})
	}
}

// Damage in front of the checkpoint is told, and costs nothing.
func TestInspectDamageInWhatIsDone(t *testing.T) {
	files := goldenFS("whole")
	data := bytes.Clone(goldens()["whole/"+format.SegmentName(1)])
	data[format.SegmentHeaderBytes+30] ^= 1 // in the first record, which is done
	files.Put(filepath.Join(dir, format.SegmentName(1)), data)
	got, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
	if err != nil || len(got.Recovery.Damage) != 1 || got.Recovery.Lost == 0 {
		t.Fatalf("%+v, %v", got.Recovery, err) // it costs the rest of its block, which waits
	}
	files = goldenFS("whole")
	done := format.AppendCheckpoint(nil, format.Checkpoint{Seq: 4, Segment: 2, Offset: format.SegmentHeaderBytes, LastSeq: 5, LastSegment: 2})
	files.Put(filepath.Join(dir, "checkpoint"), append(done, make([]byte, format.CheckpointFileBytes-len(done))...))
	files.Put(filepath.Join(dir, format.SegmentName(1)), data)
	got, err = journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
	if err != nil || len(got.Recovery.Damage) != 1 || got.Recovery.Lost != 0 || got.Backlog != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestInspectEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := journal.Inspect(ctx, dir, journal.InspectOptions{FS: goldenFS("whole")}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

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

// watched is a file system on which something happens around each directory that is listed and each file that is opened.
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
	return w.FS.Open(name)
}

// TestLookingBesideATail has records leave the tail for a segment that is not there yet, and others take their place, at
// each moment of a look: what was there when it began is found, and nothing is taken for lost.
func TestLookingBesideATail(t *testing.T) {
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

// TestInspectDamageBeforeTheCheckpoint has damage in the block in which what waits begins: the process that opens the
// journal begins behind it, and so does who counts.
func TestInspectDamageBeforeTheCheckpoint(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 5, 1000)
	waitSynced(t, j, 5)
	if err := j.Checkpoint(5); err != nil {
		t.Fatal(err)
	}
	fill(t, j, 3, 1000)
	waitSynced(t, j, 8)
	left := files.After(faultfs.Kill(), 0)
	flip(left, 1, 1500)
	var backlog []uint64
	got, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: left, Backlog: func(e journal.Entry) { backlog = append(backlog, e.Seq) }})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(span(6, 8), backlog); diff != "" || got.Backlog != 3 || got.LastSeq != 8 || got.Recovery.Lost != 0 {
		t.Errorf("inspected %+v: %s", got, diff)
	}
	if len(got.Recovery.Damage) != 1 || got.Recovery.Damage[0].Offset != 1071 {
		t.Errorf("damage %+v, want one place at 1071", got.Recovery.Damage)
	}
	next := open(t, large(left))
	wantFilled(t, next.NewReader(), 6, 8, 1000)
}
