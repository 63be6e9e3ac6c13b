// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// holds tells in which files a text stands.
func holds(files *faultfs.FS, text string) (names []string) {
	for _, name := range files.Names(dir) {
		if bytes.Contains(files.Get(filepath.Join(dir, name)), []byte(text)) {
			names = append(names, name)
		}
	}
	return names
}

// What is cleared is in no file, comes back after no loss of power, and is not delivered when the checkpoint
// is lost too; what was appended since is untouched.
func TestClear(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	for range 5 {
		if _, err := j.Append(payload("s3cret", 9000)); err != nil {
			t.Fatal(err)
		}
	}
	last := rotate(t, j)
	if again := rotate(t, j); last != 5 || again != 5 {
		t.Fatalf("rotated behind %d, then %d", last, again)
	}
	if _, err := j.Append(payload("later", 9000)); err != nil {
		t.Fatal(err)
	}
	if err := j.Clear(last); err == nil {
		t.Fatal("cleared what is not done")
	}
	if err := j.Checkpoint(last); err != nil {
		t.Fatal(err)
	}
	if err := j.Clear(last); err != nil {
		t.Fatal(err)
	}
	if err := j.Clear(last); err != nil {
		t.Fatalf("nothing is left to clear: %v", err)
	}
	if names := holds(files, "s3cret"); len(names) > 0 {
		t.Errorf("it stands in %v", names)
	}
	waitSynced(t, j, 6)
	for _, loss := range faultfs.Losses() {
		for _, checkpoint := range []bool{true, false} {
			after := files.After(loss, 3)
			if !checkpoint {
				if err := after.Remove(filepath.Join(dir, "checkpoint")); err != nil {
					t.Fatal(err)
				}
			}
			if names := holds(after, "s3cret"); len(names) > 0 {
				t.Errorf("%s: it stands in %v", loss.Name, names)
			}
			left := open(t, small(after))
			if diff := cmp.Diff([]uint64{6}, drain(t, left.NewReader()).seqs); diff != "" {
				t.Errorf("%s, checkpoint %v: %s", loss.Name, checkpoint, diff)
			}
			closeJournal(t, left)
		}
	}
}

// Without a rotation, what is done shares its segment with what was appended since.
func TestClearWithoutCut(t *testing.T) {
	j := open(t, small(faultfs.New()))
	fill(t, j, 4, 100)
	if err := j.Checkpoint(2); err != nil {
		t.Fatal(err)
	}
	if err := j.Clear(2); err == nil {
		t.Error("no error, and the records are still in the segment")
	}
	if err := j.Clear(0); err != nil {
		t.Errorf("up to no record: %v", err)
	}
	closeJournal(t, j)
	wantError(t, j.Clear(2), journal.ErrClosed)
}

func TestClearOfAnEmptyJournal(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	if err := j.Clear(rotate(t, j)); err != nil {
		t.Fatal(err)
	}
	closeJournal(t, j)
	if names := files.Names(dir); len(names) != 0 {
		t.Errorf("files %v", names)
	}
}

// Each operation that can fail: Clear says so, and the next call goes on.
func TestClearThatFails(t *testing.T) {
	for _, kind := range []faultfs.Kind{faultfs.Write, faultfs.Sync, faultfs.Remove, faultfs.SyncDir} {
		t.Run(string(kind), func(t *testing.T) {
			files := faultfs.New()
			f := newFaults(files)
			j := open(t, small(files))
			fill(t, j, 4, 9000)
			waitSynced(t, j, 4)
			last := rotate(t, j)
			f.set(kind, &faultfs.Fault{Err: syscall.EIO})
			_ = j.Checkpoint(last)
			wantError(t, j.Clear(last), syscall.EIO)
			f.set(kind, nil)
			if err := j.Clear(last); err != nil {
				t.Fatalf("again: %v", err)
			}
			if diff := cmp.Diff([]string{"checkpoint", "tail"}, files.Names(dir)); diff != "" {
				t.Error(diff)
			}
			fill(t, j, 1, 100)
			if diff := cmp.Diff([]string{format.SegmentName(j.Stats().LastSeq - 2), "checkpoint", "tail"}, files.Names(dir)); diff != "" {
				t.Error(diff)
			}
			closeJournal(t, j)
		})
	}
}

// A tail from which what is cleared cannot be erased, in whatever way: as long as a byte of it is left, Clear says so.
func TestClearOfATailThatFails(t *testing.T) {
	eio := faultfs.Fault{Err: syscall.EIO}
	unwritable := func(op faultfs.Op) *faultfs.Fault {
		if f := onTail(faultfs.Write, eio)(op); f != nil {
			return f
		}
		return onTail(faultfs.Remove, eio)(op)
	}
	tests := []struct {
		name   string
		killed bool         // they lie in the tail of an earlier process
		rotate faultfs.Hook // while Rotate is called, and Checkpoint
		clear  faultfs.Hook // while Clear is called for the first time
		want   error        // of that call
	}{
		{"zeros cannot be written", false, nil, onTail(faultfs.Write, eio), nil},
		{"zeros can be written in part", false, nil, onTail(faultfs.Write, faultfs.Fault{Err: syscall.EIO, Bytes: 500}), nil},
		{"nor can it be removed", false, nil, unwritable, syscall.EIO},
		{"an earlier process's cannot be removed at first", true, onTail(faultfs.Remove, eio), nil, nil},
		{"an earlier process's cannot be removed", true, onTail(faultfs.Remove, eio), onTail(faultfs.Remove, eio), syscall.EIO},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			j := open(t, large(files))
			for range 20 {
				if _, err := j.Append(payload("s3cret", 1000)); err != nil {
					t.Fatal(err)
				}
			}
			if tt.killed {
				files, j = killed(t, files)
			}
			if names := holds(files, "s3cret"); len(names) == 0 || names[len(names)-1] != "tail" {
				t.Fatalf("it stands in %v, and not in the tail", names)
			}
			files.SetHook(tt.rotate)
			last := rotate(t, j)
			if err := j.Checkpoint(last); err != nil {
				t.Fatal(err)
			}
			files.SetHook(tt.clear)
			if err := j.Clear(last); tt.want != nil {
				wantError(t, err, tt.want)
				files.SetHook(nil)
				if err := j.Clear(last); err != nil {
					t.Fatalf("again: %v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			for _, loss := range faultfs.Losses() {
				if names := holds(files.After(loss, 5), "s3cret"); len(names) > 0 {
					t.Errorf("%s: it stands in %v", loss.Name, names)
				}
			}
			files.SetHook(nil)
			fill(t, j, 20, 1000)
			wantFilled(t, j.NewReader(), last+1, last+20, 1000)
			closeJournal(t, j)
		})
	}
}

// entering is a file system on which something happens before a directory is fsynced.
type entering struct {
	journal.FS
	before func()
}

func (e *entering) SyncDir(dir string) error {
	if e.before != nil {
		e.before()
	}
	return e.FS.SyncDir(dir)
}

// An fsync of the tail that fails proves nothing about the next one.
func TestClearWhenTheTailsFsyncFails(t *testing.T) {
	files := faultfs.New()
	entered := &entering{FS: files}
	j := open(t, large(entered))
	fill(t, j, 2, 1000)
	if err := j.Checkpoint(rotate(t, j)); err != nil {
		t.Fatal(err)
	}
	fill(t, j, 1, 1000) // begins a segment
	waitSynced(t, j, 3)
	// This has the tail fsynced with the secret in it.
	entered.before = func() {
		entered.before = nil
		if _, err := j.Append(payload("s3cret", 1000)); err != nil {
			t.Error(err)
		}
	}
	if err := j.Clear(2); err != nil {
		t.Fatal(err)
	}
	if names := holds(files.After(faultfs.Strict(), 1), "s3cret"); len(names) != 1 || names[0] != "tail" {
		t.Fatalf("it stands in %v, want it in the tail", names)
	}
	last := rotate(t, j)
	if err := j.Checkpoint(last); err != nil {
		t.Fatal(err)
	}
	files.SetHook(onTail(faultfs.Sync, faultfs.Fault{Err: syscall.EIO}))
	wantError(t, j.Clear(last), syscall.EIO)
	files.SetHook(nil)
	if err := j.Clear(last); err != nil {
		t.Fatalf("again: %v", err)
	}
	for _, loss := range faultfs.Losses() {
		if names := holds(files.After(loss, 5), "s3cret"); len(names) > 0 {
			t.Errorf("%s: it stands in %v", loss.Name, names)
		}
	}
	fill(t, j, 20, 1000)
	wantFilled(t, j.NewReader(), last+1, last+20, 1000)
	closeJournal(t, j)
}
