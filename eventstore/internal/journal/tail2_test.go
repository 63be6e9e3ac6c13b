// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// halfAt makes a half with records of 300 bytes that belong to segment 1 from an offset on. What was in segments when
// it began is everything before it.
func halfAt(offset int64, first, last uint64) []byte {
	data := format.AppendHalfHeader(nil, format.HalfHeader{Segment: 1, Offset: offset, FirstSeq: first, Written: first - 1})
	for seq := first; seq <= last; seq++ {
		at := offset + int64(len(data)) - format.HalfHeaderBytes
		data = format.AppendRecord(data, 1, at, seq, int64(seq), payload(fmt.Sprintf("r%d", seq), 300))
	}
	return data
}

// halfOf makes one whose records lie behind those before them.
func halfOf(first, last uint64) []byte {
	return halfAt(format.SegmentHeaderBytes+int64(first-1)*323, first, last)
}

// tail2Of makes a tail of two halves.
func tail2Of(a, b []byte) []byte {
	data := make([]byte, format.TailBytes)
	copy(data, format.AppendTailHeader(nil))
	for i, half := range [][]byte{a, b} {
		begin, _ := format.Half(i)
		copy(data[begin:], half)
	}
	return data
}

// over puts data over other data, which stays where it is longer.
func over(data, other []byte) []byte { return append(bytes.Clone(data), other[len(data):]...) }

// halfRecord is what one of the records takes in a half.
const halfRecord = format.FragmentHeaderBytes + 300

// Tails of two halves that a loss of power, a backup or an accident can leave: either half may be lost, torn, older than the
// other, or in its place.
func TestLeftHalves(t *testing.T) {
	torn := func(half []byte, records int) []byte {
		half = bytes.Clone(half)
		clear(half[format.HalfHeaderBytes+records*halfRecord+50:])
		return half
	}
	flipped := func(half []byte, at int) []byte {
		half = bytes.Clone(half)
		half[at] ^= 1
		return half
	}
	all := func(f *faultfs.FS) {
		f.Put(segmentPath(1), nil)
		f.Put(filepath.Join(dir, "checkpoint"), nil)
	}
	for _, tt := range []left{
		{"both go on", tail2Of(halfOf(21, 23), halfOf(24, 25)), nil, span(1, 25), 0},
		{"swapped", tail2Of(halfOf(24, 25), halfOf(21, 23)), nil, span(1, 25), 0},
		{"one half twice", tail2Of(halfOf(21, 23), halfOf(21, 23)), nil, span(1, 23), 0},
		{"the first half is lost", tail2Of(nil, halfOf(24, 25)), nil, join(span(1, 20), span(24, 25)), 3},
		{"the first half's header is torn", tail2Of(halfOf(21, 23)[:40], halfOf(24, 25)), nil, join(span(1, 20), span(24, 25)), 3},
		{"the first half's header is damaged", tail2Of(flipped(halfOf(21, 23), 30), halfOf(24, 25)), nil, join(span(1, 20), span(24, 25)), 3},
		{"the second half is lost", tail2Of(halfOf(21, 23), nil), nil, span(1, 23), 0},
		{"the second half has no record", tail2Of(halfOf(21, 23), halfOf(24, 23)), nil, span(1, 23), 0},
		{"the first half is torn", tail2Of(torn(halfOf(21, 23), 2), halfOf(24, 25)), nil, join(span(1, 22), span(24, 25)), 1},
		{"a record of the first half is damaged", tail2Of(flipped(halfOf(21, 24), 64+halfRecord+100), halfOf(25, 26)), nil, join(span(1, 21), span(25, 26)), 3},
		{"the second half is torn", tail2Of(halfOf(21, 23), torn(halfOf(24, 26), 1)), nil, span(1, 24), 0},
		{"both are torn", tail2Of(torn(halfOf(21, 23), 1), torn(halfOf(24, 26), 1)), nil, join(span(1, 21), span(24, 24)), 2},
		{"the first half is in the segment", tail2Of(halfOf(11, 20), halfOf(21, 25)), nil, span(1, 25), 0},
		{"the first half is in the segment in part", tail2Of(halfOf(15, 22), halfOf(23, 25)), nil, span(1, 25), 0},
		{"both are in the segment", tail2Of(halfOf(11, 15), halfOf(16, 20)), nil, span(1, 20), 0},
		{"the halves are far apart", tail2Of(halfOf(2, 4), halfOf(21, 25)), nil, span(1, 25), 0},
		{"a new header over older records", tail2Of(halfOf(15, 20), over(halfOf(21, 20), halfOf(1, 9))), nil, span(1, 20), 0},
		{"a new header and record over older ones", tail2Of(halfOf(15, 20), over(halfOf(21, 21), halfOf(1, 9))), nil, span(1, 21), 0},
		{"an older header over new records", tail2Of(halfOf(15, 20), over(halfOf(1, 9)[:format.HalfHeaderBytes], halfOf(21, 24))), nil, span(1, 20), 0},
		{"records that another number begins", tail2Of(over(halfAt(6508, 22, 21), halfAt(6508, 21, 23)), nil), nil, span(1, 20), 0},
		{"all there is, one of them older", tail2Of(halfOf(30, 35), halfOf(50, 55)), all, span(50, 55), 0},
		{"all there is, both", tail2Of(halfOf(30, 35), halfAt(12_000, 36, 38)), all, span(36, 38), 0},
		{"the header is not finished", tail2Of(halfOf(21, 23), halfOf(24, 25))[:40], nil, span(1, 20), 0},
		{"cut within the first half", tail2Of(halfOf(21, 23), halfOf(24, 25))[:64+64+halfRecord+100], nil, span(1, 21), 0},
		{"cut behind the first half", tail2Of(halfOf(21, 23), halfOf(24, 25))[:format.TailBytes/2], nil, span(1, 23), 0},
	} {
		t.Run(tt.name, tt.recover)
	}
}

// A program refuses the tail of a later version, whatever is in it, and touches nothing.
func TestLaterTail(t *testing.T) {
	tail := tail2Of(halfOf(21, 23), halfOf(24, 25))
	copy(tail, later(tail[:44]))
	files := left{tail: tail}.beside(t)
	before := files.Names(dir)
	_, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
	wantError(t, err, journal.ErrVersion)
	wantError(t, journal.Walk(dir, files, nil), journal.ErrVersion)
	_, err = journal.Open(dir, large(files))
	wantError(t, err, journal.ErrVersion)
	if after := files.Names(dir); len(after) != len(before) || !bytes.Equal(files.Get(tailPath), tail) {
		t.Errorf("files %v, were %v", after, before)
	}
}

// A program of version 1 took a tail for a segment with the number 0. It refuses one of two halves, whatever is in
// them and however often they were begun.
func TestVersion1RefusesATail(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 2, 1000)
	for range 300 {
		fill(t, j, 1, 1000)
		_, err := format.DecodeSegmentHeader(files.Get(tailPath), 0)
		wantError(t, err, format.ErrVersion)
	}
}

// Behind the last record of a half there is none that an earlier one left, whatever its payload is.
func TestNothingStaleFollows(t *testing.T) {
	files := faultfs.New()
	o := large(files)
	o.SegmentBytes = 64 * format.BlockBytes
	j := open(t, o)
	fill(t, j, 1, 1000)
	waitSynced(t, j, 1)
	for range 500 {
		fill(t, j, 1, 700+int(j.Stats().LastSeq*37%1700))
		data := files.Get(tailPath)
		for i := range format.TailHalves {
			begin, end := format.Half(i)
			h, err := format.DecodeHalfHeader(data[begin:end])
			if err != nil {
				continue
			}
			var d format.Decoder
			d.Reset(h.Segment, h.Offset, format.MaxNumber)
			d.Load(data[begin+format.HalfHeaderBytes : end])
			item := d.Next()
			for ; item.Kind == format.Record; item = d.Next() {
			}
			if item.Kind != format.Damage || item.Reason != "zeros" && item.Reason != "zeros in front of data" && item.Reason != "truncated" {
				t.Fatalf("half %d ends with %v: %s", i, item.Kind, item.Reason)
			}
		}
	}
}

// What was in both halves is cleared from both.
func TestClearOfBothHalves(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	for range 150 {
		if _, err := j.Append(payload("s3cret", 1000)); err != nil {
			t.Fatal(err)
		}
	}
	last := rotate(t, j)
	if err := j.Checkpoint(last); err != nil {
		t.Fatal(err)
	}
	data := files.Get(tailPath)
	for i := range format.TailHalves {
		if begin, end := format.Half(i); !bytes.Contains(data[begin:end], []byte("s3cret")) {
			t.Fatalf("half %d has none of it", i)
		}
	}
	if err := j.Clear(last); err != nil {
		t.Fatal(err)
	}
	for _, loss := range faultfs.Losses() {
		if names := holds(files.After(loss, 5), "s3cret"); len(names) > 0 {
			t.Errorf("%s: it stands in %v", loss.Name, names)
		}
	}
	fill(t, j, 150, 1000)
	wantFilled(t, j.NewReader(), last+1, last+150, 1000)
}
