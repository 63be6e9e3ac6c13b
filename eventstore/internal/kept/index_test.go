// SPDX-License-Identifier: Apache-2.0

package kept_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// What is refused on a disk without room stays in its segments, is found by this process and the next one, and goes to the
// quarantine file once that has room. Then nothing is left of it.
func TestKeptOnAFullDisk(t *testing.T) {
	for name, restart := range map[string]bool{"by one process": false, "by the next one": true} {
		t.Run(name, func(t *testing.T) {
			files := faultfs.New()
			o := mustOpen(t, files)
			if err := errors.Join(o.index.Prepare(), o.fill(30)); err != nil {
				t.Fatal(err)
			}
			if _, err := o.Rotate(); err != nil {
				t.Fatal(err)
			}
			files.SetSpace(bytesOn(files))
			want := map[uint64]string{1: "a", 2: "a", 5: "b", 14: "a", 30: "b"}
			if err := errors.Join(o.refuse("a", 1, 2, 14), o.refuse("b", 5, 30)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, all(t, files)); diff != "" {
				t.Error(diff)
			}
			if err := o.Checkpoint(30); err != nil {
				t.Fatal(err)
			}
			var segments []string
			for _, name := range files.Names(dir) {
				if _, ok := format.ParseSegmentName(name); ok || journal.IsKept(name) && name != journal.KeptName {
					segments = append(segments, name)
				}
			}
			if diff := cmp.Diff([]string{journal.KeptSegment(1), journal.KeptSegment(3), journal.KeptSegment(5)}, segments); diff != "" {
				t.Errorf("segments: %s", diff)
			}
			if restart {
				o.close()
				o = mustOpen(t, files)
				if rec := o.Recovery(); rec.Recovered != 0 || len(rec.Foreign) > 0 {
					t.Errorf("%+v", rec)
				}
			}
			if diff := cmp.Diff(want, all(t, files)); diff != "" {
				t.Error(diff)
			}
			m := newMoved(2)
			if err := o.index.Move(m.write); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%v, want no room", err)
			}
			left := all(t, files)
			for seq := range m.reasons {
				left[seq] = m.reasons[seq]
			}
			if diff := cmp.Diff(want, left); diff != "" {
				t.Errorf("in one or the other: %s", diff)
			}
			m.room = -1
			if err := o.index.Move(m.write); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, m.reasons); diff != "" || len(m.order) != len(want) {
				t.Errorf("%v: %s", m.order, diff)
			}
			if len(all(t, files)) > 0 || !o.index.IsEmpty() {
				t.Error("some are left")
			}
			for _, name := range files.Names(dir) {
				if _, ok := journal.ParseKeptSegment(name); ok {
					t.Errorf("%s is left", name)
				}
			}
			// A number is never another's while its file is kept; afterwards all goes its way.
			if err := o.fill(3); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// What was moved gives its room back at once, so that there is some for the next ones.
func TestMoveFreesWhatItNeeds(t *testing.T) {
	files := faultfs.New()
	o := mustOpen(t, files)
	if err := errors.Join(o.index.Prepare(), o.fill(5), o.WaitSynced(t.Context(), 5)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(o.refuse("r", 1, 2, 4), o.Checkpoint(5)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Rotate(); err != nil {
		t.Fatal(err)
	}
	o.close()
	o = mustOpen(t, files) // which renames it
	path := filepath.Join(dir, journal.KeptSegment(1))
	var sizes []int
	m := newMoved(-1)
	err := o.index.Move(func(events []kept.Event) error {
		sizes = append(sizes, len(files.Get(path)))
		if len(events) > 1 {
			return errFull
		}
		return m.write(events)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint64{4, 2, 1}, m.order); diff != "" {
		t.Error(diff)
	}
	for i := 1; i < len(sizes); i++ {
		if sizes[i] > sizes[i-1] || sizes[len(sizes)-1] >= sizes[0]/2 {
			t.Errorf("the file's sizes: %v", sizes)
		}
	}
	if files.Get(path) != nil {
		t.Error("it is left")
	}
}

// An index that never had room, or has no more, refuses. What it has stays.
func TestIndexWithoutRoom(t *testing.T) {
	files := faultfs.New()
	o := mustOpen(t, files)
	if err := o.fill(30); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Rotate(); err != nil {
		t.Fatal(err)
	}
	files.SetSpace(bytesOn(files))
	if err := o.refuse("r", 1); !errors.Is(err, kept.ErrNoRoom) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	files.SetSpace(-1)
	if err := o.refuse("r", 1); err != nil {
		t.Fatal(err)
	}
	reason := string(bytes.Repeat([]byte("r"), 1<<16))
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		err = o.refuse(reason, 2)
	}
	if !errors.Is(err, kept.ErrNoRoom) || n < 5 {
		t.Errorf("%v after %d lines", err, n)
	}
	if got := all(t, files); got[1] != "r" || len(got) != 2 {
		t.Errorf("%d events", len(got))
	}
}

// A line that a crash cut short, or that is none, is not there. Those before it are.
func TestIndexThatWasCutShort(t *testing.T) {
	for name, change := range map[string]func(b []byte, end int) []byte{
		"in the last line": func(b []byte, end int) []byte { return b[:end-10] },
		"at its end":       func(b []byte, end int) []byte { return b[:end-1] },
		"zeros in it":      func(b []byte, end int) []byte { clear(b[end-10 : end-5]); return b },
		"noise behind it":  func(b []byte, end int) []byte { copy(b[end:], "{}\nnoise\n"); return b },
		"runs that are none": func(b []byte, end int) []byte {
			return append(b[:end], `{"segment":1,"reason":"x","runs":[3,0]}`+"\n"...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := faultfs.New()
			o := mustOpen(t, files)
			if err := errors.Join(o.fill(8), o.refuse("a", 1)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, journal.KeptName)
			if err := o.refuse("b", 2); err != nil {
				t.Fatal(err)
			}
			o.close()
			end := bytes.IndexByte(files.Get(path), 0)
			files.Put(path, change(files.Get(path), end))
			got := all(t, files)
			if got[1] != "a" || len(got) > 2 {
				t.Errorf("%v", got)
			}
			o = mustOpen(t, files)
			if err := o.refuse("c", 3); err != nil {
				t.Fatal(err)
			}
			o.close()
			if got := all(t, files); got[1] != "a" || got[3] != "c" {
				t.Errorf("with another line: %v", got)
			}
		})
	}
}

// TestCrashWhileKeeping has the process die during each operation: what was refused, durably, is in the quarantine file, or
// kept, or still in the journal, and the next process moves all of it.
func TestCrashWhileKeeping(t *testing.T) {
	for at := 0; ; at++ {
		files := faultfs.New()
		files.CrashAt(at)
		m, refused := newMoved(-1), map[uint64]bool{}
		run(t, files, m, refused)
		crashed := files.Crashed()
		for _, loss := range faultfs.Losses() {
			for seed := range uint64(3) {
				verify(t, fmt.Sprintf("operation %d, %s, %d", at, loss.Name, seed), files.After(loss, seed), m, refused)
			}
		}
		if !crashed {
			t.Logf("%d operations", at)
			return
		}
	}
}

func run(t *testing.T, files *faultfs.FS, m *moved, refused map[uint64]bool) {
	o, err := open(t, files)
	if err != nil {
		return
	}
	defer o.close()
	note := func(err error, seqs ...uint64) {
		for _, seq := range seqs {
			refused[seq] = refused[seq] || err == nil
		}
	}
	_ = o.index.Prepare()
	if o.fill(12) != nil || o.WaitSynced(t.Context(), 12) != nil {
		return
	}
	note(o.refuse("a", 1, 3), 1, 3)
	_ = o.Settle(2, 2)
	note(o.refuse("b", 9), 9)
	_ = o.Checkpoint(9)
	_ = o.index.Move(m.write)
	if o.fill(12) != nil || o.WaitSynced(t.Context(), 24) != nil {
		return
	}
	note(o.refuse("c", 13, 20), 13, 20)
	_ = o.Checkpoint(22)
	m.room = 1
	_ = o.index.Move(m.write)
	m.room = -1
	_ = o.index.Move(m.write)
}

func verify(t *testing.T, name string, left *faultfs.FS, before *moved, refused map[uint64]bool) {
	t.Helper()
	kept := all(t, left)
	o, err := open(t, left)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer o.close()
	waiting := map[uint64]bool{}
	for {
		e, ok, err := o.reader.TryNext()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !ok {
			break
		}
		waiting[e.Seq] = true
	}
	after := newMoved(-1)
	if err := o.index.Move(after.write); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for seq, is := range refused {
		if !is || waiting[seq] || before.reasons[seq] != "" {
			continue
		}
		if kept[seq] == "" || after.reasons[seq] == "" {
			t.Fatalf("%s: event %d is kept %v, and was moved by the next process: %v", name, seq, kept[seq] != "", after.reasons[seq] != "")
		}
	}
	if !o.index.IsEmpty() || len(all(t, left)) > 0 {
		t.Fatalf("%s: some are left", name)
	}
}
