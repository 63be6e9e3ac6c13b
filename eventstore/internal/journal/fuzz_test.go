// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

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
	one, two, checkpoint := g["whole/"+format.SegmentName(1)], g["whole/"+format.SegmentName(2)], g["whole/checkpoint"]
	f.Add(one, two, checkpoint)
	f.Add(one[:5000], []byte{}, []byte{})
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
		case 1: // cut off
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
