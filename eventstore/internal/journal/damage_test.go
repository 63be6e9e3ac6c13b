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

const block = format.BlockBytes

func segmentPath(n uint64) string { return filepath.Join(dir, format.SegmentName(n)) }

// build makes the directory that is damaged: records of 5,000 bytes, the first
// of a block at its start, 12 a segment of two blocks, and no checkpoint file.
//
//	segment 1: records 1 to 13, 2: 14 to 26, 3: 27 to 30
func build(t testing.TB) *faultfs.FS {
	t.Helper()
	files := faultfs.New()
	o := small(files)
	o.SegmentBytes = 2 * block
	j := open(t, o)
	fill(t, j, 30, 5000)
	closeJournal(t, j)
	files.Put(filepath.Join(dir, "checkpoint"), nil)
	return files
}

// checkpointed makes the same with a checkpoint.
func checkpointed(t testing.TB, seq uint64) *faultfs.FS {
	files := build(t)
	j := open(t, small(files))
	if err := j.Checkpoint(seq); err != nil {
		t.Fatal(err)
	}
	closeJournal(t, j)
	return files
}

// edit changes the bytes of a file.
func edit(files *faultfs.FS, path string, change func([]byte) []byte) {
	files.Put(path, change(files.Get(path)))
}

func flip(files *faultfs.FS, segment uint64, offset int) {
	edit(files, segmentPath(segment), func(b []byte) []byte { b[offset] ^= 0x40; return b })
}

func join(spans ...[]uint64) []uint64 {
	var all []uint64
	for _, s := range spans {
		all = append(all, s...)
	}
	return all
}

func TestDamagedDirectory(t *testing.T) {
	checkpoint := filepath.Join(dir, "checkpoint")
	tests := []struct {
		name   string
		from   func(testing.TB) *faultfs.FS
		damage func(*faultfs.FS)
		want   []uint64 // delivered
		lost   uint64
		next   uint64 // what the next append gets; 0: 31
		aside  []uint64
	}{
		{name: "nothing", want: span(1, 30)},
		// 5,023 bytes a record: six whole ones in the first block, the seventh
		// crosses into the second.
		{name: "bit in the first record", damage: func(f *faultfs.FS) { flip(f, 1, 100) }, want: span(8, 30), lost: 7, aside: []uint64{1}},
		{name: "bit in the middle of a block", damage: func(f *faultfs.FS) { flip(f, 1, 3*5023+500) }, want: join(span(1, 3), span(8, 30)), lost: 4, aside: []uint64{1}},
		{name: "bit in the second block", damage: func(f *faultfs.FS) { flip(f, 1, block+10000) }, want: join(span(1, 8), span(14, 30)), lost: 5, aside: []uint64{1}},
		{name: "bit in a length", damage: func(f *faultfs.FS) { flip(f, 2, 48+4) }, want: join(span(1, 13), span(21, 30)), lost: 7, aside: []uint64{2}},
		{name: "bit in a type", damage: func(f *faultfs.FS) { flip(f, 2, 48+6) }, want: join(span(1, 13), span(21, 30)), lost: 7, aside: []uint64{2}},
		{name: "bit in a sequence number", damage: func(f *faultfs.FS) { flip(f, 2, 48+8) }, want: join(span(1, 13), span(21, 30)), lost: 7, aside: []uint64{2}},
		{name: "header of the first segment", damage: func(f *faultfs.FS) { flip(f, 1, 20) }, want: span(1, 30), aside: []uint64{1}},
		{name: "header of a later segment", damage: func(f *faultfs.FS) { flip(f, 2, 20) }, want: span(1, 30), aside: []uint64{2}},
		{name: "first block of a later segment", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(2), func(b []byte) []byte { return append(bytes.Repeat([]byte{7}, block), b[block:]...) })
		}, want: join(span(1, 13), span(21, 30)), lost: 7, aside: []uint64{2}},
		{name: "segment of noise", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(2), func(b []byte) []byte { return bytes.Repeat([]byte("noise"), len(b)/5) })
		}, want: join(span(1, 13), span(27, 30)), lost: 13, aside: []uint64{2}},
		{name: "segment of zeros", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(2), func(b []byte) []byte { return make([]byte, len(b)) })
		}, want: join(span(1, 13), span(27, 30)), lost: 13, aside: []uint64{2}},
		{name: "empty segment file", damage: func(f *faultfs.FS) { f.Put(segmentPath(2), []byte{}) }, want: join(span(1, 13), span(27, 30)), lost: 13},
		{name: "missing segment", damage: func(f *faultfs.FS) { f.Put(segmentPath(2), nil) }, want: join(span(1, 13), span(27, 30)), lost: 13},
		{name: "missing first segment", damage: func(f *faultfs.FS) { f.Put(segmentPath(1), nil) }, want: span(14, 30)},
		{name: "missing first segment with a checkpoint", from: at(2), damage: func(f *faultfs.FS) { f.Put(segmentPath(1), nil) }, want: span(14, 30), lost: 11},
		{name: "swapped segments", damage: func(f *faultfs.FS) {
			one, two := f.Get(segmentPath(1)), f.Get(segmentPath(2))
			f.Put(segmentPath(1), two)
			f.Put(segmentPath(2), one)
		}, want: span(27, 30), lost: 26, aside: []uint64{1, 2}},
		{name: "a segment under a later name", damage: func(f *faultfs.FS) { f.Put(segmentPath(9), f.Get(segmentPath(1))) }, want: span(1, 30), aside: []uint64{9}},
		{name: "a block where another was", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(2), func(b []byte) []byte { copy(b[block:], f.Get(segmentPath(1))[block:2*block]); return b })
		}, want: join(span(1, 19), span(27, 30)), lost: 7, aside: []uint64{2}},
		{name: "a block twice", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte {
				return append(append(b, make([]byte, block-len(b))...), f.Get(segmentPath(1))[:block]...)
			})
		}, want: span(1, 30), aside: []uint64{3}},
		{name: "torn tail", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { return b[:len(b)-1] })
		}, want: span(1, 29), next: 30},
		{name: "torn in a fragment header", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { return b[:48+3*5023+5] })
		}, want: span(1, 29), next: 30},
		{name: "only a part of a header", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { return b[:17] })
		}, want: span(1, 26), next: 27},
		{name: "zeros behind the end", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { return append(b, make([]byte, 100000)...) })
		}, want: span(1, 30)},
		{name: "tail of zeros", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { clear(b[48+5023:]); return b })
		}, want: span(1, 27), next: 28},
		{name: "a sector of zeros in front of data", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { clear(b[48+5023 : 48+5023+512]); return b })
		}, want: span(1, 27), lost: 3, aside: []uint64{3}},
		{name: "a few zeros in front of data", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { clear(b[48+5023 : 48+5023+30]); return b })
		}, want: span(1, 27), lost: 3, aside: []uint64{3}},
		{name: "a length that leads past the end", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { b[48+5023+5] = 0x60; return b })
		}, want: span(1, 27), lost: 3, aside: []uint64{3}},
		{name: "the length of the last record leads past the end", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { b[48+3*5023+5] = 0x40; return b })
		}, want: span(1, 29), lost: 1, aside: []uint64{3}},
		{name: "the header of the last record is noise", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { copy(b[48+3*5023:], "nois\x00\x30e"); return b })
		}, want: span(1, 29), next: 30, aside: []uint64{3}},
		{name: "torn tail in front of another segment", damage: func(f *faultfs.FS) {
			edit(f, segmentPath(2), func(b []byte) []byte { return b[:len(b)-1] })
		}, want: join(span(1, 25), span(27, 30)), lost: 1, aside: []uint64{2}},
		{name: "torn tail that the checkpoint proves", from: at(3), damage: func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { return b[:48+2*5023+9] })
		}, want: span(4, 28), lost: 2, aside: []uint64{3}},
		{name: "checkpoint beyond the end", from: at(30), damage: func(f *faultfs.FS) {}, next: 31},
		{name: "checkpoint and its segments gone", from: at(29), damage: func(f *faultfs.FS) {
			f.Put(segmentPath(3), nil)
		}, lost: 1},
		{name: "damage before the checkpoint", from: at(10), damage: func(f *faultfs.FS) { flip(f, 1, 500) }, want: span(11, 30), aside: []uint64{1}},
		{name: "checkpoint of noise", from: at(10), damage: func(f *faultfs.FS) {
			edit(f, checkpoint, func(b []byte) []byte { return bytes.Repeat([]byte{3}, len(b)) })
		}, want: span(1, 30)},
		{name: "checkpoint of zeros", from: at(20), damage: func(f *faultfs.FS) {
			edit(f, checkpoint, func(b []byte) []byte { return make([]byte, len(b)) })
		}, want: span(14, 30)},
		{name: "empty checkpoint", from: at(20), damage: func(f *faultfs.FS) { f.Put(checkpoint, []byte{}) }, want: span(14, 30)},
		{name: "foreign files", damage: func(f *faultfs.FS) {
			f.Put(filepath.Join(dir, "notes.txt"), []byte("mine"))
			f.Put(filepath.Join(dir, "1.journal"), []byte("mine"))
		}, want: span(1, 30)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from := tt.from
			if from == nil {
				from = build
			}
			files := from(t)
			if tt.damage != nil {
				tt.damage(files)
			}
			before := map[string][]byte{}
			for _, name := range files.Names(dir) {
				if _, ok := format.ParseSegmentName(name); ok {
					before[name] = files.Get(filepath.Join(dir, name))
				}
			}
			j := open(t, small(files))
			rec := j.Recovery()
			r := j.NewReader()
			got := drain(t, r)
			if diff := cmp.Diff(tt.want, got.seqs); diff != "" {
				t.Fatalf("delivered: %s", diff)
			}
			for i, seq := range got.seqs {
				if !bytes.Equal(got.payloads[i], payload(fmt.Sprintf("r%d", seq), 5000)) {
					t.Fatalf("record %d has the wrong content", seq)
				}
			}
			if rec.Lost != tt.lost || rec.Recovered != uint64(len(tt.want))+tt.lost {
				t.Fatalf("recovered %d, lost %d of them, want %d; %+v", rec.Recovered, rec.Lost, tt.lost, rec.Damage)
			}
			listed := uint64(0)
			for _, d := range rec.Damage {
				if d.LastSeq > 0 {
					listed += d.LastSeq - d.FirstSeq + 1
				}
			}
			if listed != tt.lost {
				t.Fatalf("the list of damage has %d lost: %+v", listed, rec.Damage)
			}
			if stats := j.Stats(); stats.Lost != tt.lost {
				t.Fatalf("stats: %+v", stats)
			}
			for name, data := range before {
				if now := files.Get(filepath.Join(dir, name)); now != nil && !bytes.Equal(now, data) {
					t.Fatalf("%s was changed", name)
				}
			}
			next := tt.next
			if next == 0 {
				next = 31
			}
			if seq, err := j.Append([]byte("next")); err != nil || seq != next {
				t.Fatalf("Append: %d, %v, want %d", seq, err, next)
			}
			more := drain(t, r)
			if diff := cmp.Diff([]uint64{next}, more.seqs); diff != "" {
				t.Fatal(diff)
			}
			if got.lost+more.lost != tt.lost {
				t.Fatalf("the reader passed %d lost, want %d", got.lost+more.lost, tt.lost)
			}
			// Once everything is done nothing is left to count.
			if err := j.Checkpoint(next); err != nil {
				t.Fatal(err)
			}
			closeJournal(t, j)
			for _, n := range tt.aside {
				name := format.SegmentName(n)
				if !bytes.Equal(files.Get(filepath.Join(dir, "damaged", name)), before[name]) {
					t.Fatalf("segment %d was not set aside; %v", n, files.Names(filepath.Join(dir, "damaged")))
				}
			}
			if names := files.Names(filepath.Join(dir, "damaged")); len(names) != len(tt.aside) {
				t.Fatalf("set aside: %v, want %v", names, tt.aside)
			}
			j = open(t, small(files))
			if rec := j.Recovery(); rec.Recovered != 0 || rec.Lost != 0 {
				t.Fatalf("after the checkpoint: %+v", rec)
			}
		})
	}
}

func TestDamageIsDescribed(t *testing.T) {
	files := build(t)
	files.Put(segmentPath(2), nil)
	flip(files, 1, 48+2*5023+500)
	j := open(t, small(files))
	want := []journal.Damage{
		{Segment: 1, Offset: 48 + 2*5023, Bytes: block - 48 - 2*5023 + 23 + 2441, Reason: "checksum differs", FirstSeq: 3, LastSeq: 7},
		{Segment: 2, Reason: "segment file is missing", FirstSeq: 14, LastSeq: 26},
	}
	if diff := cmp.Diff(want, j.Recovery().Damage); diff != "" {
		t.Fatal(diff)
	}
}

// The last fragment of a record proves that it was written, though it cannot
// be read.
func TestEndOfARecordProvesIt(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	o.SegmentBytes = 4 * block
	j := open(t, o)
	fill(t, j, 3, 9000)
	fill(t, j, 1, 40000)
	closeJournal(t, j)
	files.Put(filepath.Join(dir, "checkpoint"), nil)
	flip(files, 1, 500)
	j = open(t, o)
	if rec := j.Recovery(); rec.Recovered != 4 || rec.Lost != 4 {
		t.Fatalf("%+v", rec)
	}
}

func at(seq uint64) func(testing.TB) *faultfs.FS {
	return func(t testing.TB) *faultfs.FS { return checkpointed(t, seq) }
}

// Damage that appears while the journal runs.
func TestDamageFoundByTheReader(t *testing.T) {
	tests := []struct {
		name   string
		damage func(*faultfs.FS)
		want   []uint64
	}{
		{"bit in a sealed segment", func(f *faultfs.FS) { flip(f, 1, 100) }, span(8, 30)},
		{"sealed segment vanishes", func(f *faultfs.FS) { f.Put(segmentPath(2), nil) }, join(span(1, 13), span(27, 30))},
		{"sealed segment becomes shorter", func(f *faultfs.FS) {
			edit(f, segmentPath(2), func(b []byte) []byte { return b[:48+5023+100] })
		}, join(span(1, 14), span(27, 30))},
		{"bit in the current segment", func(f *faultfs.FS) { flip(f, 3, 48+2*5023+50) }, span(1, 28)},
		{"unreadable block", func(f *faultfs.FS) {
			f.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if op.Kind == faultfs.Read && op.Name == segmentPath(1) && op.Offset+int64(op.Len) > block {
					return &faultfs.Fault{Err: syscall.EIO}
				}
				return nil
			})
		}, join(span(1, 6), span(14, 30))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			o := small(files)
			o.SegmentBytes = 2 * block
			j := open(t, o)
			fill(t, j, 30, 5000)
			waitSynced(t, j, 30)
			tt.damage(files)
			r := j.NewReader()
			got := drain(t, r)
			if diff := cmp.Diff(tt.want, got.seqs); diff != "" {
				t.Fatal(diff)
			}
			lost := uint64(30 - len(tt.want))
			if stats := j.Stats(); stats.Lost != lost {
				t.Fatalf("stats: %+v, want %d lost", stats, lost)
			}
			// What is lost at the end does not hold the checkpoint back.
			if err := j.Checkpoint(got.seqs[len(got.seqs)-1]); err != nil {
				t.Fatal(err)
			}
			if stats := j.Stats(); stats.CheckpointSeq != 30 {
				t.Fatalf("stats: %+v", stats)
			}
			fill(t, j, 1, 5000)
			if more := drain(t, r); !cmp.Equal(more.seqs, []uint64{31}) {
				t.Fatalf("delivered %v", more.seqs)
			}
			r.Rewind()
			if more := drain(t, r); !cmp.Equal(more.seqs, []uint64{31}) || j.Stats().Lost != lost {
				t.Fatalf("again: delivered %v, %+v", more.seqs, j.Stats())
			}
		})
	}
}
