// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

var checkpointPath = filepath.Join(dir, "checkpoint")

// fullDisk is a journal of some segments on a disk that they fill, of which nothing is done.
func fullDisk(t testing.TB) *faultfs.FS {
	files := faultfs.New()
	files.SetMapping(false)
	j := open(t, small(files))
	fill(t, j, 30, 5000)
	closeJournal(t, j)
	files.SetSpace(0)
	return files
}

// What stands where the checkpoint of a full disk should be. None of it keeps the journal from saying what is done, and
// from deleting that.
func checkpointsOfFullDisks() map[string]func(*faultfs.FS) {
	return map[string]func(*faultfs.FS){
		"whole":     func(*faultfs.FS) {},
		"missing":   func(f *faultfs.FS) { f.Put(checkpointPath, nil) },
		"empty":     func(f *faultfs.FS) { f.Put(checkpointPath, []byte{}) },
		"too short": func(f *faultfs.FS) { edit(f, checkpointPath, func(b []byte) []byte { return b[:5000] }) },
		"of zeros":  func(f *faultfs.FS) { f.Put(checkpointPath, make([]byte, format.CheckpointFileBytes)) },
	}
}

func TestCheckpointOnFullDisk(t *testing.T) {
	for name, damage := range checkpointsOfFullDisks() {
		for _, done := range []uint64{6, 13, 29, 30} { // the end of the first segment, one within the third, all but one, all
			t.Run(fmt.Sprintf("%s/%d done", name, done), func(t *testing.T) {
				files := fullDisk(t)
				damage(files)
				j := open(t, small(files))
				r := j.NewReader()
				drain(t, r)
				before := j.Stats()
				wantError(t, j.Checkpoint(done), nil)
				after := j.Stats()
				if after.Segments >= before.Segments || done == 30 && after.Segments > 0 {
					t.Fatalf("%d segments, %d before", after.Segments, before.Segments)
				}
				if n := len(files.Get(checkpointPath)); n != format.CheckpointFileBytes {
					t.Errorf("the checkpoint has %d bytes", n)
				}
				files.SetSpace(-1)
				fill(t, j, 1, 5000)
				next := open(t, small(files.After(faultfs.Kill(), 1)))
				if got := drain(t, next.NewReader()).seqs; !slices.Equal(got, span(done+1, 31)) {
					t.Errorf("after a kill: %v", got)
				}
				if lost := next.Recovery().Lost; lost != 0 {
					t.Errorf("%d lost", lost)
				}
			})
		}
	}
}

// A process dies at any operation while it says on a full disk what is done: nothing is lost, and nothing is called lost.
func TestCrashOnFullDisk(t *testing.T) {
	if raceDetector {
		t.Log("runs without the race detector, which would find nothing in one goroutine: see the Makefile")
		return
	}
	for name, damage := range checkpointsOfFullDisks() {
		for _, corrupt := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/first segment corrupt %v", name, corrupt), func(t *testing.T) { crashOnFullDisk(t, damage, corrupt) })
		}
	}
}

func crashOnFullDisk(t *testing.T, damage func(*faultfs.FS), corrupt bool) {
	const unreadable = 6 // the records of the first segment, when it is corrupt
	for at := 0; ; at++ {
		files := fullDisk(t)
		damage(files)
		if corrupt {
			flip(files, 1, 100)
		}
		files.CrashAt(files.Ops() + at)
		done := uint64(0)
		if j, err := journal.Open(dir, small(files)); err == nil {
			r := j.NewReader()
			for next := uint64(5); next <= 30; next += 5 {
				for ok, err := true, error(nil); ok && err == nil; {
					_, ok, err = r.TryNext()
				}
				done = next
				_ = j.Checkpoint(done)
			}
			_ = j.Close()
		}
		for _, loss := range faultfs.Losses() {
			for seed := range uint64(4) {
				left := files.After(loss, seed)
				left.SetSpace(-1)
				j := open(t, small(left))
				got, lost := drain(t, j.NewReader()).seqs, j.Recovery().Lost
				least := done
				if corrupt {
					least = max(done, unreadable)
				}
				if len(got) > 0 && got[len(got)-1] != 30 || len(got) < int(30-least) || !slices.Equal(got, span(31-uint64(len(got)), 30)) {
					t.Fatalf("operation %d, %s, seed %d: %v, and %d are done", at, loss.Name, seed, got, done)
				}
				if lost > 0 && (!corrupt || lost > unreadable) {
					t.Fatalf("operation %d, %s, seed %d: %d lost", at, loss.Name, seed, lost)
				}
				closeJournal(t, j)
			}
		}
		if !files.Crashed() {
			return
		}
	}
}

// A disk that others fill: what is done in the current segment is deleted once its room is needed.
func TestCurrentSegmentGivesRoom(t *testing.T) {
	files := faultfs.New()
	files.SetSpace(format.CheckpointFileBytes + 52_000)
	j := open(t, large(files))
	fill(t, j, 10, 5000)
	wantError(t, j.Checkpoint(10), nil)
	_, err := j.Append(payload("r11", 5000))
	wantError(t, err, syscall.ENOSPC)
	for ctx := timely(t); ; runtime.Gosched() {
		if _, err = j.Append(payload("r11", 5000)); err == nil {
			return
		}
		if wantError(t, err, syscall.ENOSPC); ctx.Err() != nil {
			t.Fatal("it never got room")
		}
	}
}
