// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// What was acknowledged is in no segment, survives the process, and is in a segment by the next one's first fsync.
func TestTailOutlivesTheProcess(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 1, 500) // begins the segment
	size := len(files.Get(segmentPath(1)))
	fill(t, j, 50, 500)
	if now := len(files.Get(segmentPath(1))); now != size {
		t.Fatalf("the segment grew by %d bytes", now-size)
	}
	left, next := killed(t, files)
	if rec := next.Recovery(); rec.Recovered != 51 || rec.Lost != 0 || rec.TornBytes != 0 || len(rec.Damage)+len(rec.Foreign) != 0 {
		t.Fatalf("%+v", rec)
	}
	waitSynced(t, next, 51)
	if left.Get(tailPath) != nil {
		t.Error("the tail is there, and all of it is in a segment")
	}
	fill(t, next, 3, 500)
	wantFilled(t, next.NewReader(), 1, 54, 500)
	closeJournal(t, next)
	if left.Get(tailPath) != nil {
		t.Error("the tail is there after Close")
	}
	wantFilled(t, open(t, large(left.After(faultfs.Strict(), 0))).NewReader(), 1, 54, 500)
}

// tail1Bytes is the size of a tail of version 1.
const tail1Bytes = 2 * format.BlockBytes

// tailOf makes a tail of version 1 with records of 300 bytes.
func tailOf(first, last uint64) []byte {
	data := format.AppendSegmentHeader(nil, format.SegmentHeader{FirstSeq: first, Created: 1})
	for seq := first; seq <= last; seq++ {
		data = format.AppendRecord(data, 0, int64(len(data)), seq, int64(seq), payload(fmt.Sprintf("r%d", seq), 300))
	}
	return append(data, make([]byte, tail1Bytes-len(data))...)
}

// left is a tail that an earlier process left beside segments with the records 1 to 20 of 300 bytes.
type left struct {
	name   string
	tail   []byte
	change func(*faultfs.FS)
	want   []uint64
	lost   uint64
}

// Tails of version 1 that a loss of power, a backup or an accident can leave.
func TestLeftTails(t *testing.T) {
	for _, tt := range []left{
		{"goes on", tailOf(21, 25), nil, span(1, 25), 0},
		{"is in the segments", tailOf(11, 20), nil, span(1, 20), 0},
		{"is in the segments in part", tailOf(11, 25), nil, span(1, 25), 0},
		{"goes on later", tailOf(24, 25), nil, join(span(1, 20), span(24, 25)), 3},
		{"is older than what is gone", tailOf(3, 4), func(f *faultfs.FS) { f.Put(segmentPath(1), nil) }, span(3, 4), 18},
		{"is all there is", tailOf(100, 105), func(f *faultfs.FS) {
			f.Put(segmentPath(1), nil)
			f.Put(filepath.Join(dir, "checkpoint"), nil)
		}, span(100, 105), 0},
		{"replaces what was damaged", tailOf(18, 19), func(f *faultfs.FS) {
			edit(f, segmentPath(1), func(b []byte) []byte { return b[:len(b)-700] })
		}, span(1, 19), 1},
		{"is truncated", tailOf(21, 25)[:48+2*323+100], nil, span(1, 22), 0},
		{"is not finished", tailOf(21, 25)[:40], nil, span(1, 20), 0},
		{"is empty", []byte{}, nil, span(1, 20), 0},
		{"is zeros", make([]byte, tailBytes), nil, span(1, 20), 0},
		{"is something else", payload("else", tailBytes), nil, span(1, 20), 0},
		{"is longer", append(tailOf(21, 25), payload("else", 1<<20)...), nil, span(1, 25), 0},
		{"has an older lap behind it", append(tailOf(21, 22)[:48+2*323], tailOf(1, 100)[48+2*323:tail1Bytes]...), nil, span(1, 22), 0},
	} {
		t.Run(tt.name, tt.recover)
	}
}

// beside puts the tail there.
func (tt left) beside(t *testing.T) *faultfs.FS {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 20, 300)
	closeJournal(t, j)
	files.Put(tailPath, tt.tail)
	if tt.change != nil {
		tt.change(files)
	}
	return files
}

// recover opens the journal, and holds what is delivered against what is wanted.
func (tt left) recover(t *testing.T) {
	files := tt.beside(t)
	inspected, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
	if err != nil {
		t.Fatal(err)
	}
	var walked []uint64
	if err := journal.Walk(dir, files, func(e journal.Entry) bool { walked = append(walked, e.Seq); return true }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tt.want, walked); diff != "" {
		t.Errorf("walked: %s", diff)
	}
	for pass := range 2 { // the second time from the segments alone
		j := open(t, large(files))
		rec := j.Recovery()
		// What is lost at the front is counted by one process.
		if pass == 0 && rec.Lost != tt.lost || rec.Recovered-rec.Lost != uint64(len(tt.want)) || len(rec.Foreign) > 0 {
			t.Errorf("%+v", rec)
		}
		if inspected.Recovery.Lost != tt.lost || inspected.Backlog != uint64(len(tt.want)) || inspected.LastSeq != j.Stats().LastSeq {
			t.Errorf("inspected: %+v", inspected)
		}
		r := j.NewReader()
		got := drain(t, r)
		if diff := cmp.Diff(tt.want, got.seqs); diff != "" {
			t.Fatal(diff)
		}
		for i, p := range got.payloads {
			if !bytes.Equal(p, payload(fmt.Sprintf("r%d", got.seqs[i]), 300)) {
				t.Fatalf("record %d has another's content", got.seqs[i])
			}
		}
		waitSynced(t, j, j.Stats().LastSeq)
		closeJournal(t, j)
	}
	j := open(t, large(files))
	fill(t, j, 3, 300)
	if got := drain(t, j.NewReader()).seqs; len(got) != len(tt.want)+3 {
		t.Errorf("it does not go on: %v", got)
	}
	closeJournal(t, j)
	if files.Get(tailPath) != nil {
		t.Error("the tail is there after Close")
	}
}

// A tail that cannot be opened keeps the journal shut, as a segment that cannot: what lies in it may be all there is of
// records that were accepted.
func TestTailThatCannotBeOpened(t *testing.T) {
	for _, want := range []error{syscall.EMFILE, syscall.EACCES} {
		files := faultfs.New()
		fill(t, open(t, large(files)), 20, 1000)
		left := files.After(faultfs.Kill(), 0)
		left.SetHook(onTail(faultfs.Open, faultfs.Fault{Err: want}))
		_, err := journal.Open(dir, large(left))
		wantError(t, err, want)
		_, err = journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: left})
		wantError(t, err, want)
		wantError(t, journal.Walk(dir, left, func(journal.Entry) bool { return true }), want)
		left.SetHook(nil)
		wantFilled(t, open(t, large(left)).NewReader(), 1, 20, 1000)
	}
}

// The tail of an earlier process is there until what lies in it is durable in a segment: it may be the only place on
// the disk.
func TestLeftTailStaysUntilItsRecordsAreDurable(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 20, 1000)
	// The kernel has written the tail to the disk by now, and nobody asked for an fsync of the segment.
	files.Put(tailPath, files.Get(tailPath))
	left, next := killed(t, files)
	left.Put(tailPath, left.Get(tailPath))
	fill(t, next, 1, 1000)
	for seed := range uint64(20) {
		for _, loss := range faultfs.Losses() {
			after := open(t, large(left.After(loss, seed)))
			got := drain(t, after.NewReader()).seqs
			if n := len(got); n < 20 || got[19] != 20 {
				t.Fatalf("%s: got %v, want 1 to 20 at least", loss.Name, got)
			}
			closeJournal(t, after)
		}
	}
	waitSynced(t, next, 21)
	if left.Get(tailPath) != nil {
		t.Error("the tail is there, and all of it is durable")
	}
	fill(t, next, 20, 1000)
	wantFilled(t, next.NewReader(), 1, 41, 1000)
	closeJournal(t, next)
}

// A record that is lost behind the tail has Open write the tail at once. While that fails it stays shut, and leaves
// nothing open; but for a full disk, which is to be freed.
func TestOpenThatCannotWriteTheTail(t *testing.T) {
	for _, kind := range []faultfs.Kind{faultfs.Create, faultfs.Write} {
		files := faultfs.New()
		j := open(t, large(files))
		fill(t, j, 20, 300)
		closeJournal(t, j)
		files.Put(segmentPath(1), nil)
		files.Put(tailPath, tailOf(3, 4))
		files.SetHook(onSegments(kind, faultfs.Fault{Err: syscall.EROFS}))
		for range 3 {
			_, err := journal.Open(dir, large(files))
			wantError(t, err, syscall.EROFS)
		}
		if open := files.OpenFiles(); open != 0 {
			t.Errorf("%s: %d files are open", kind, open)
		}
		files.SetHook(nil)
		wantFilled(t, open(t, large(files)).NewReader(), 3, 4, 300)
	}
}
