// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// A corrupt segment gives way to those behind it on a disk without room: it is moved.
func TestDamagedSegmentOnAFullDisk(t *testing.T) {
	before1 := func(t testing.TB) *faultfs.FS { return checkpointed(t, 1) }
	for _, tt := range []struct {
		name   string
		from   func(testing.TB) *faultfs.FS
		damage []uint64 // segments
	}{
		{"the first", before1, []uint64{1}},
		{"the one behind it", before1, []uint64{2}},
		{"the last", before1, []uint64{3}},
		{"all of them", before1, []uint64{1, 2, 3}},
		// Even where there is no room for a checkpoint, and none was there.
		{"the first, without a checkpoint", build, []uint64{1}},
		{"the last, without a checkpoint", build, []uint64{3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := tt.from(t)
			for _, n := range tt.damage {
				flip(files, n, 100)
			}
			before := map[uint64][]byte{}
			for _, n := range tt.damage {
				before[n] = files.Get(segmentPath(n))
			}
			files.SetSpace(segmentsBytes(files)) // and nothing beside them
			j := open(t, small(files))
			if got := drain(t, j.NewReader()); len(got.seqs) == 0 {
				t.Fatal("nothing was delivered")
			}
			if err := j.Checkpoint(j.Stats().LastSeq); err != nil {
				t.Fatal(err)
			}
			for n := uint64(1); n <= 3; n++ {
				if files.Get(segmentPath(n)) != nil {
					t.Errorf("segment %d is still there", n)
				}
				if aside := files.Get(damagedPath(n)); !bytes.Equal(aside, before[n]) {
					t.Errorf("%d bytes of segment %d were set aside, want %d", len(aside), n, len(before[n]))
				}
			}
			if s := j.Stats(); s.Bytes != 0 || s.Segments != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func segmentsBytes(files *faultfs.FS) (n int64) {
	for _, name := range files.Names(dir) {
		n += int64(len(files.Get(filepath.Join(dir, name))))
	}
	return n
}

func damagedPath(n uint64) string { return filepath.Join(dir, "damaged", format.SegmentName(n)) }

// The names in the folder are never taken from another file.
func TestDamagedSegmentWhoseNameIsTaken(t *testing.T) {
	for _, tt := range []struct {
		name  string
		there func(whole []byte) []byte
		want  []string
	}{
		{"by another file", func([]byte) []byte { return []byte("another") }, []string{"1", "1.1"}},
		{"by itself, as a loss of power leaves it", bytes.Clone, []string{"1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := build(t)
			flip(files, 1, 100)
			whole := files.Get(segmentPath(1))
			there := tt.there(whole)
			files.Put(damagedPath(1), there)
			j := open(t, small(files))
			if err := j.Checkpoint(30); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, name := range tt.want {
				want = append(want, format.SegmentName(1)+name[1:])
			}
			got := files.Names(filepath.Join(dir, "damaged"))
			if fmt.Sprint(got) != fmt.Sprint(want) || files.Get(segmentPath(1)) != nil {
				t.Fatalf("%v, want %v", got, want)
			}
			if last := filepath.Join(dir, "damaged", got[len(got)-1]); !bytes.Equal(files.Get(last), whole) || !bytes.Equal(files.Get(damagedPath(1)), there) {
				t.Error("the content of a file changed")
			}
		})
	}
}

// A segment that cannot be moved stays, and nothing behind it is deleted before it.
func TestDamagedSegmentThatCannotBeMoved(t *testing.T) {
	files := build(t)
	flip(files, 1, 100)
	j := open(t, small(files))
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Rename {
			return &faultfs.Fault{Err: syscall.EIO}
		}
		return nil
	})
	wantError(t, j.Checkpoint(30), syscall.EIO)
	for n := uint64(1); n <= 3; n++ {
		if files.Get(segmentPath(n)) == nil {
			t.Fatalf("segment %d is gone", n)
		}
	}
	files.SetHook(nil)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if files.Get(segmentPath(1)) != nil || files.Get(damagedPath(1)) == nil {
		t.Fatal("not moved by the next attempt")
	}
}

// TestCrashWhileADamagedSegmentIsMoved has the process die during each operation, and the machine: what was damaged
// is in the journal or in the folder, and everything that was not done is delivered.
func TestCrashWhileADamagedSegmentIsMoved(t *testing.T) {
	for at := 0; ; at++ {
		files := build(t)
		flip(files, 2, 100)
		files.SetSpace(segmentsBytes(files))
		files.CrashAt(at)
		if j, err := journal.Open(dir, small(files)); err == nil {
			_ = j.Checkpoint(27)
			_ = j.Close()
		}
		crashed := files.Crashed()
		for _, loss := range faultfs.Losses() {
			left := files.After(loss, uint64(at))
			aside := left.Get(damagedPath(2))
			if left.Get(segmentPath(2)) == nil && aside == nil && loss.Name == faultfs.Kill().Name {
				t.Fatalf("operation %d, %s: the damaged segment is nowhere", at, loss.Name)
			}
			j := open(t, small(left))
			seen := map[uint64]bool{}
			for _, seq := range drain(t, j.NewReader()).seqs {
				seen[seq] = true
			}
			for seq := uint64(28); seq <= 30; seq++ {
				if !seen[seq] {
					t.Fatalf("operation %d, %s: record %d is gone", at, loss.Name, seq)
				}
			}
			closeJournal(t, j)
		}
		if !crashed {
			return
		}
	}
}
