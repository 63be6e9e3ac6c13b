// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

const (
	shortRecords = 8
	shortBytes   = 300
	shortSize    = format.FragmentHeaderBytes + shortBytes
)

// shortJournal is one segment of short records, in one block, and nothing else that tells how many there are.
func shortJournal(t testing.TB) *faultfs.FS {
	files := faultfs.New()
	files.SetMapping(false)
	j := open(t, small(files))
	fill(t, j, shortRecords, shortBytes)
	closeJournal(t, j)
	files.Put(filepath.Join(dir, "checkpoint"), nil)
	return files
}

// holdsDamage holds what Open says of a damaged journal against what is left of it. Behind the end of the journal nothing proves how many
// records there were: damage that reaches into the last record is told, perhaps without a count.
func holdsDamage(t *testing.T, files *faultfs.FS, name string, end int) {
	t.Helper()
	j, err := journal.Open(dir, small(files))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer j.Close()
	found := j.Recovery()
	got := drain(t, j.NewReader()).seqs
	missing := shortRecords - uint64(len(got))
	if missing > 0 && len(found.Damage) == 0 {
		t.Errorf("%s: %d records are missing, and no damage is told", name, missing)
	}
	if reaches := end > format.SegmentHeaderBytes+(shortRecords-1)*shortSize; !reaches && found.Lost != missing {
		t.Errorf("%s: %d records are missing, and %d are counted as lost", name, missing, found.Lost)
	}
	if found.Lost > missing {
		t.Errorf("%s: %d records are counted as lost, and %d are missing", name, found.Lost, missing)
	}
	if i, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files}); err != nil || i.Backlog != uint64(len(got)) {
		t.Errorf("%s: somebody who only looks finds %d of %d records, %v", name, i.Backlog, len(got), err)
	}
	var walked []uint64
	if err := journal.Walk(dir, files, func(e journal.Entry) bool { walked = append(walked, e.Seq); return true }); err != nil || !slices.Equal(walked, got) {
		t.Errorf("%s: %v, of which somebody who only looks finds %v, %v", name, got, walked, err)
	}
}

// No byte of the last block can change without being told.
func TestDamageToEveryByteOfTheLastBlock(t *testing.T) {
	if raceDetector {
		t.Log("runs without the race detector, which would find nothing in one goroutine: see the Makefile")
		return
	}
	sound := shortJournal(t)
	data := sound.Get(segmentPath(1))
	for at := range data {
		for _, bits := range []byte{0x10, 0xff} {
			files := sound.After(faultfs.Kill(), 0)
			changed := bytes.Clone(data)
			changed[at] ^= bits
			files.Put(segmentPath(1), changed)
			holdsDamage(t, files, fmt.Sprintf("byte %d, %#x", at, bits), at+1)
		}
		if t.Failed() {
			return
		}
	}
}

// Nor can several, unless they are zeros up to the end, or the checksum of the last record and its length: then it looks like one
// that was never finished.
func TestRangesOfTheLastBlock(t *testing.T) {
	sound := shortJournal(t)
	data := sound.Get(segmentPath(1))
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 800 {
		at := r.IntN(len(data))
		length := min(1+r.IntN([]int{8, 30, 2_000}[n%3]), len(data)-at)
		changed := bytes.Clone(data)
		for i := at; i < at+length; i++ {
			switch n % 4 {
			case 0:
				changed[i] ^= 1 << (i % 8)
			case 1:
				changed[i] = byte(r.Uint32())
			case 2:
				changed[i] = byte(r.Uint32() & r.Uint32() & r.Uint32()) // small numbers, as lengths are
			default:
				changed[i] = 0
			}
		}
		last := format.SegmentHeaderBytes + (shortRecords-1)*shortSize
		if len(bytes.Trim(changed[at:], "\x00")) == 0 || at >= last && at+length <= last+6 {
			continue
		}
		files := sound.After(faultfs.Kill(), 0)
		files.Put(segmentPath(1), changed)
		holdsDamage(t, files, fmt.Sprintf("%d bytes from %d, way %d", length, at, n%4), at+length)
		if t.Failed() {
			return
		}
	}
}

// Records that the last segment cannot give any more, and the tail has, are delivered.
func TestTailHasWhatTheLastSegmentLost(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 1, tailBytes) // has the tail made
	fill(t, j, shortRecords, shortBytes)
	tail := files.Get(filepath.Join(dir, "tail"))
	drain(t, j.NewReader()) // has it written to the segment
	closeJournal(t, j)
	files.Put(filepath.Join(dir, "checkpoint"), nil)
	files.Put(filepath.Join(dir, "tail"), tail)
	edit(files, segmentPath(1), func(b []byte) []byte { b[len(b)-3*shortSize] ^= 1; return b }) // proved by those behind it
	var walked []uint64
	if err := journal.Walk(dir, files, func(e journal.Entry) bool { walked = append(walked, e.Seq); return true }); err != nil {
		t.Fatal(err)
	}
	j = open(t, large(files))
	got := drain(t, j.NewReader()).seqs
	if all := span(1, shortRecords+1); !slices.Equal(got, all) || !slices.Equal(walked, all) || j.Recovery().Lost != 0 {
		t.Errorf("delivered %v, walked %v, lost %d", got, walked, j.Recovery().Lost)
	}
}
