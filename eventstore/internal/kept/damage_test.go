// SPDX-License-Identifier: Apache-2.0

package kept_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// A damaged segment goes to the other damaged ones once its events are moved.
func TestDamagedSegmentThatIsKept(t *testing.T) {
	files := faultfs.New()
	damagedSegment(t, files, 1)
	m := newMoved(-1)
	o := mustOpen(t, files)
	if err := o.index.Move(m.write); err != nil || len(m.order) != 1 {
		t.Fatal(m.order, err)
	}
	if got := files.Names(filepath.Join(dir, journal.DamagedName)); len(got) != 1 {
		t.Errorf("%v, want the damaged segment", got)
	}
}

// What a dying process left at the end of a segment is no damage to the events that are kept there.
func TestInterruptedWriteInASegmentThatIsKept(t *testing.T) {
	files := faultfs.New()
	o := mustOpen(t, files)
	err := o.fill(6)
	if err == nil {
		_, err = o.Rotate()
	}
	if err := errors.Join(err, o.refuse("r", 1, 2)); err != nil {
		t.Fatal(err)
	}
	o.close()
	name := filepath.Join(dir, format.SegmentName(1))
	data := files.Get(name)
	files.Put(name, data[:len(data)-100])
	files.Unlink(filepath.Join(dir, format.SegmentName(2)))
	o = mustOpen(t, files)
	if err := o.Checkpoint(6); err != nil {
		t.Fatal(err)
	}
	told := false
	o.index.Damaged = func(uint64) { told = true }
	m := newMoved(-1)
	if err := o.index.Move(m.write); err != nil || len(m.order) != 2 {
		t.Fatal(m.order, err)
	}
	if got := files.Names(filepath.Join(dir, journal.DamagedName)); told || len(got) > 0 {
		t.Errorf("told of damage: %v; damaged segments %v", told, got)
	}
}

// damagedSegment leaves a segment of five records, of which some were refused, with damage in its second half.
func damagedSegment(t *testing.T, files *faultfs.FS, refused ...uint64) {
	t.Helper()
	o := mustOpen(t, files)
	err := o.fill(6)
	if err == nil {
		_, err = o.Rotate()
	}
	if err := errors.Join(err, o.refuse("r", refused...)); err != nil {
		t.Fatal(err)
	}
	o.close()
	name := filepath.Join(dir, format.SegmentName(1))
	data := files.Get(name)
	data[40_000] ^= 1
	files.Put(name, data)
	o = mustOpen(t, files)
	if err := o.Checkpoint(6); err != nil {
		t.Fatal(err)
	}
	o.close()
}

// A process that dies at any operation while it moves the events of a damaged segment has told of the damage, or leaves it to
// the next one.
func TestDamageIsToldWhateverDies(t *testing.T) {
	for at := 0; ; at++ {
		files := faultfs.New()
		damagedSegment(t, files, 1, 2, 3, 4, 5)
		told := 0
		move := func(files *faultfs.FS) {
			o, err := open(t, files)
			if err != nil {
				return
			}
			defer o.close()
			o.index.Damaged = func(uint64) { told++ }
			m := newMoved(1)
			_ = o.index.Move(m.write)
			m.room = -1
			_ = o.index.Move(m.write)
		}
		files.CrashAt(files.Ops() + at)
		move(files)
		crashed := files.Crashed()
		if told > 1 {
			t.Fatalf("operation %d: one process tells of the damage %d times", at, told)
		}
		move(files.After(faultfs.Kill(), 0))
		if told == 0 {
			t.Fatalf("operation %d: nobody told of the damage", at)
		}
		if !crashed {
			return
		}
	}
}

// renaming renames a segment's file behind one of the attempts to open it.
type renaming struct {
	filesystem.FS
	t     testing.TB
	after int
}

func (r *renaming) Open(name string) (filesystem.File, error) {
	file, err := r.FS.Open(name)
	from, to := filepath.Join(dir, format.SegmentName(1)), filepath.Join(dir, journal.KeptSegment(1))
	if name != from && name != to {
		return file, err
	}
	if r.after--; r.after == 0 {
		if err := r.Rename(from, to); err != nil {
			r.t.Error(err)
		}
	}
	return file, err
}

// Whoever reads what is kept finds it while the journal renames the file.
func TestReadWhileASegmentIsRenamed(t *testing.T) {
	for after := range 3 {
		files := faultfs.New()
		o := mustOpen(t, files)
		if err := errors.Join(o.fill(8), o.refuse("r", 1, 3)); err != nil {
			t.Fatal(err)
		}
		r := &renaming{FS: files, t: t, after: after + 1}
		index, err := kept.Look(r, dir)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := index.Each(func(kept.Event) error { n++; return nil }); err != nil || n != 2 || r.after > 0 {
			t.Errorf("renamed after attempt %d: %d events, %v; want 2", after+1, n, err)
		}
		o.close()
	}
}
