// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// goldenFS is a golden journal.
func goldenFS(name string) *faultfs.FS {
	files := faultfs.New()
	for path, data := range goldens() {
		if filepath.ToSlash(filepath.Dir(path)) == name {
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
			"whole", goldenFS("v1/whole"),
			[]journal.SegmentInfo{
				{Number: 1, FirstSeq: 1, LastSeq: 4, Records: 4, Backlog: 3, Bytes: 40172, Created: 1_700_000_000_000_000_000},
				{Number: 2, FirstSeq: 5, LastSeq: 5, Records: 1, Backlog: 1, Bytes: 75, Created: 1_700_000_001_000_000_000},
			},
			[]uint64{2, 3, 4, 5},
			nil, 0,
		},
		{
			"damaged", goldenFS("v1/damaged"),
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
			files.MkdirAll(dir)
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
			if diff := cmp.Diff(opened, got.Recovery); diff != "" {
				t.Errorf("Open finds something else (-Open +Inspect):\n%s", diff)
			}
			again, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: test.files})
			if err != nil || !again.Held || again.Holder != 1 || len(again.Damaged) != 0 {
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
	files := goldenFS("v1/whole")
	data := bytes.Clone(goldens()["v1/whole/"+format.SegmentName(1)])
	data[format.SegmentHeaderBytes+30] ^= 1 // in the first record, which is done
	files.Put(filepath.Join(dir, format.SegmentName(1)), data)
	got, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
	if err != nil || len(got.Recovery.Damage) != 1 || got.Recovery.Lost == 0 {
		t.Fatalf("%+v, %v", got.Recovery, err) // it costs the rest of its block, which waits
	}
	files = goldenFS("v1/whole")
	done := journal.AppendCheckpoint1(nil, journal.Checkpoint1{Seq: 4, Segment: 2, Offset: format.SegmentHeaderBytes, LastSeq: 5, LastSegment: 2})
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
	if _, err := journal.Inspect(ctx, dir, journal.InspectOptions{FS: goldenFS("v1/whole")}); !errors.Is(err, context.Canceled) {
		t.Error(err)
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
