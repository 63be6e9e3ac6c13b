// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// probe opens whatever is there and checks what holds for every directory.
func probe(t *testing.T, files *faultfs.FS) read {
	t.Helper()
	j, err := journal.Open(dir, small(files))
	if err != nil {
		wantError(t, err, journal.ErrVersion)
		return read{}
	}
	defer j.Close()
	rec := j.Recovery()
	r := j.NewReader()
	got := drain(t, r)
	if rec.Recovered != uint64(len(got.seqs))+rec.Lost {
		t.Fatalf("recovered %d, lost %d, delivered %d", rec.Recovered, rec.Lost, len(got.seqs))
	}
	last := uint64(0)
	for _, seq := range got.seqs {
		if seq <= last {
			t.Fatalf("%d after %d", seq, last)
		}
		last = seq
	}
	if j.Stats().LastSeq >= format.MaxNumber {
		return got
	}
	seq, err := j.Append([]byte("next"))
	if err != nil || seq != j.Stats().LastSeq || seq <= last {
		t.Fatalf("Append: %d, %v", seq, err)
	}
	waitSynced(t, j, seq)
	if more := drain(t, r); len(more.seqs) != 1 || more.seqs[0] != seq || got.lost+more.lost != rec.Lost {
		t.Fatalf("delivered %v after %d, lost %d and %d of %d", more.seqs, seq, got.lost, more.lost, rec.Lost)
	}
	if err := j.Checkpoint(seq); err != nil {
		t.Fatal(err)
	}
	closeJournal(t, j)
	if n := files.OpenFiles(); n != 0 {
		t.Fatalf("%d files are open", n)
	}
	return got
}

// FuzzOpen puts any bytes into two segments and the checkpoint.
func FuzzOpen(f *testing.F) {
	g := goldens()
	one, two, checkpoint := g["v2/whole/"+format.SegmentName(1)], g["v2/whole/"+format.SegmentName(2)], g["v2/whole/checkpoint"]
	f.Add(one, two, checkpoint)
	f.Add(one[:5000], []byte{}, []byte{})
	f.Add(one, two, g["v1/whole/checkpoint"])
	f.Add(one[:48], two, checkpoint[4096:5000])
	f.Add([]byte("OTAJRNL\n"), two[:60], []byte("OTACKPT\n"))
	f.Add(two, one, make([]byte, 100))
	f.Fuzz(func(t *testing.T, one, two, checkpoint []byte) {
		files := faultfs.New()
		files.Put(segmentPath(1), one)
		files.Put(segmentPath(2), two)
		files.Put(filepath.Join(dir, "checkpoint"), checkpoint)
		probe(t, files)
	})
}

// FuzzDamage damages a good journal: whatever is delivered is what was written.
func FuzzDamage(f *testing.F) {
	sound := checkpointed(f, 3)
	f.Add([]byte{0, 0, 1, 100, 9})
	f.Add([]byte{1, 1, 2, 0, 0, 2, 3, 50, 50, 50})
	f.Add([]byte{3, 0, 40, 0, 0, 2, 2, 0, 9, 9, 1, 4, 1, 1, 1})
	f.Fuzz(func(t *testing.T, script []byte) { damage(t, sound, script) })
}

// TestRandomDamage is what FuzzDamage does, with the same scripts each time.
func TestRandomDamage(t *testing.T) {
	if raceDetector {
		t.Log("runs without the race detector, which would find nothing in one goroutine: see the Makefile")
		return
	}
	sound := checkpointed(t, 3)
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		script := make([]byte, 5*(1+r.IntN(4)))
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		damage(t, sound, script)
		if t.Failed() {
			t.Fatalf("script %v", script)
		}
	}
}

func damage(t *testing.T, sound *faultfs.FS, script []byte) {
	names := sound.Names(dir)
	files := sound.After(faultfs.Kill(), 0)
	for ; len(script) >= 5; script = script[5:] {
		path := filepath.Join(dir, names[int(script[1])%len(names)])
		data := files.Get(path)
		if len(data) == 0 {
			continue
		}
		at := (int(script[2])<<8 | int(script[3])) % len(data)
		switch script[0] % 6 {
		case 0: // a bit
			data[at] ^= 1 << (script[4] % 8)
		case 1: // ends too early
			data = data[:at]
		case 2: // zeros
			clear(data[at:min(len(data), at+int(script[4])*64)])
		case 3: // a piece copied elsewhere in the file
			copy(data[int(script[4])*len(data)/256:], bytes.Clone(data[at:min(len(data), at+6000)]))
		case 4: // a piece of another file
			other := files.Get(filepath.Join(dir, names[int(script[4])%len(names)]))
			if at < len(other) {
				copy(data[at:], other[at:min(len(other), at+40000)])
			}
		case 5: // gone
			data = nil
		}
		files.Put(path, data)
	}
	got := probe(t, files)
	for i, seq := range got.seqs {
		if seq > 30 || !bytes.Equal(got.payloads[i], payload(fmt.Sprintf("r%d", seq), 5000)) {
			t.Fatalf("record %d was never written like that", seq)
		}
	}
}

// FuzzTail puts any bytes into the tail beside a segment with the records 1 to 14, of which one byte is changed, with or
// without a checkpoint. Whoever looks is told what is delivered then, and that is what was appended, or stands in the
// tail with a checksum that holds.
func FuzzTail(f *testing.F) {
	sound := faultfs.New()
	j := open(f, large(sound))
	fill(f, j, 14, 5000) // the last one crosses the end of a block
	if err := j.Checkpoint(3); err != nil {
		f.Fatal(err)
	}
	closeJournal(f, j)
	const flips = 70_000 // within the segment
	tailOf := func(first, last uint64) []byte { return bytes.TrimRight(tailOf(first, last), "\x00") }
	f.Add(tailOf(15, 20), uint32(flips), byte(0), true)
	f.Add(tailOf(15, 20)[:1000], uint32(flips), byte(0), false)
	f.Add(tailOf(10, 20), uint32(65_400), byte(1), true) // the fourteenth lacks its beginning
	f.Add(tailOf(14, 20), uint32(65_400), byte(1), false)
	f.Add(tailOf(14, 20), uint32(65_600), byte(1), true) // its end
	f.Add(tailOf(2, 3), uint32(20), byte(4), true)       // the header
	f.Add(tailOf(100, 105), uint32(100), byte(255), true)
	f.Add(tailOf(12, 13), uint32(60_000), byte(7), false)
	f.Add(append(tailOf(15, 16)[:48+2*323], tailOf(1, 6)[48+2*323:]...), uint32(flips), byte(0), true)
	f.Add(tailOf(format.MaxNumber, format.MaxNumber), uint32(flips), byte(0), true)
	f.Add([]byte("OTAJRNL\n"), uint32(0), byte(0), true)
	tail2Of := func(a, b []byte) []byte { return bytes.TrimRight(tail2Of(a, b), "\x00") }
	f.Add(tail2Of(halfOf(15, 17), halfOf(18, 20)), uint32(flips), byte(0), true)
	f.Add(tail2Of(halfOf(18, 20), halfOf(15, 17)), uint32(65_600), byte(1), false)
	f.Add(tail2Of(halfOf(10, 14), halfOf(15, 17)[:500]), uint32(65_400), byte(1), true)
	f.Add(tail2Of(nil, halfOf(18, 20)), uint32(20), byte(4), false)
	f.Add(tail2Of(over(halfOf(15, 16), halfOf(1, 9)), halfOf(12, 14)), uint32(flips), byte(0), true)
	f.Add(tail2Of(halfOf(2, 3), halfOf(100, 105)), uint32(100), byte(255), true)
	f.Add(tail2Of(halfAt(format.MaxNumber, format.MaxNumber, format.MaxNumber), halfOf(15, 16)), uint32(flips), byte(0), true)
	f.Fuzz(func(t *testing.T, tail []byte, at uint32, mask byte, known bool) {
		files := sound.After(faultfs.Kill(), 0)
		files.Put(tailPath, append([]byte{}, tail...))
		edit(files, segmentPath(1), func(b []byte) []byte {
			b[int(at)%len(b)] ^= mask
			return b
		})
		if !known {
			files.Put(filepath.Join(dir, "checkpoint"), nil)
		}
		tails(t, files, tail)
	})
}

// standing returns what stands in a tail, whatever lies between.
func standing(tail []byte) map[uint64][][]byte {
	stands := map[uint64][][]byte{}
	find := func(segment uint64, offset int64, data []byte) {
		var d format.Decoder
		d.Reset(segment, offset, format.MaxNumber+1)
		d.Load(data)
		for item := d.Next(); item.Kind != format.More; item = d.Next() {
			if item.Kind == format.Record {
				stands[item.Seq] = append(stands[item.Seq], bytes.Clone(item.Payload))
			}
		}
	}
	if len(tail) > format.SegmentHeaderBytes {
		find(0, format.SegmentHeaderBytes, tail[format.SegmentHeaderBytes:min(len(tail), tail1Bytes)])
	}
	for i := range format.TailHalves {
		begin, end := format.Half(i)
		half := tail[min(len(tail), int(begin)):min(len(tail), int(end))]
		if h, err := format.DecodeHalfHeader(half); err == nil {
			find(h.Segment, h.Offset, half[format.HalfHeaderBytes:])
		}
	}
	return stands
}

func tails(t *testing.T, files *faultfs.FS, tail []byte) {
	stands := standing(tail)
	var inspected, walked, recovered []uint64
	found, inspectErr := journal.Inspect(t.Context(), dir, journal.InspectOptions{
		FS: files, Backlog: func(e journal.Entry) { inspected = append(inspected, e.Seq) },
	})
	walkErr := journal.Walk(dir, files, func(e journal.Entry) bool { walked = append(walked, e.Seq); return true })
	j, err := journal.Open(dir, large(files))
	if err != nil {
		for _, err := range []error{err, inspectErr, walkErr} {
			wantError(t, err, journal.ErrVersion)
		}
		return
	}
	defer j.Close()
	if inspectErr != nil || walkErr != nil {
		t.Fatalf("opens, but inspect: %v, walk: %v", inspectErr, walkErr)
	}
	rec, stats := j.Recovery(), j.Stats()
	if found.LastSeq != stats.LastSeq || found.Recovery.Recovered != rec.Recovered || found.Recovery.Lost != rec.Lost {
		t.Errorf("inspected %+v, up to %d; opened %+v, up to %d", found.Recovery, found.LastSeq, rec, stats.LastSeq)
	}
	r := j.NewReader()
	for {
		e, ok, err := r.TryNext()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		recovered = append(recovered, e.Seq)
		is := e.Seq <= 14 && bytes.Equal(e.Payload, payload(fmt.Sprintf("r%d", e.Seq), 5000))
		for _, p := range stands[e.Seq] {
			is = is || bytes.Equal(e.Payload, p)
		}
		if !is {
			t.Errorf("record %d is %.20q, which nobody wrote", e.Seq, e.Payload)
		}
		_ = j.Stats()
	}
	for name, got := range map[string][]uint64{"inspected": inspected, "walked": walked} {
		if diff := cmp.Diff(recovered, got); diff != "" {
			t.Errorf("delivered, and %s: %s", name, diff)
		}
	}
	if got := uint64(len(recovered)); rec.Recovered != got+rec.Lost || stats.Backlog != got || found.Backlog != got {
		t.Errorf("recovered %d, lost %d, waiting %d, inspected %d, delivered %d", rec.Recovered, rec.Lost, stats.Backlog, found.Backlog, got)
	}
	if stats.LastSeq < format.MaxNumber {
		seq, err := j.Append([]byte("next"))
		if err != nil || seq != stats.LastSeq+1 {
			t.Fatalf("Append: %d, %v, want %d", seq, err, stats.LastSeq+1)
		}
		waitSynced(t, j, seq)
		recovered = append(recovered, seq)
	}
	closeJournal(t, j)
	if names := files.Names(dir); slices.Contains(names, "tail") {
		t.Errorf("files %v, want no tail", names)
	}
	if diff := cmp.Diff(recovered, drain(t, open(t, large(files)).NewReader()).seqs); diff != "" {
		t.Errorf("delivered by one process, and the next: %s", diff)
	}
}
