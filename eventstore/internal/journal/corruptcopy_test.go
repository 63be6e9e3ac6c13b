// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// A damaged segment stays as long as its copy finds no room.
func TestDamagedSegmentIsKeptOnAFullDisk(t *testing.T) {
	files := build(t)
	flip(files, 1, 100)
	files.MkdirAll(filepath.Join(dir, "damaged"))
	j := open(t, small(files))
	closeJournal(t, j)
	for _, name := range files.Names(filepath.Join(dir, "damaged")) {
		files.Put(filepath.Join(dir, "damaged", name), nil)
	}
	files.SetSpace(180000)
	j = open(t, small(files))
	wantError(t, j.Checkpoint(20), syscall.ENOSPC)
	if files.Get(segmentPath(1)) == nil {
		t.Fatal("deleted without a copy")
	}
	files.SetSpace(-1)
	if err := j.Checkpoint(21); err != nil {
		t.Fatal(err)
	}
	if files.Get(segmentPath(1)) != nil || files.Get(filepath.Join(dir, "damaged", format.SegmentName(1))) == nil {
		t.Fatal("not copied and deleted when there is room again")
	}
}
