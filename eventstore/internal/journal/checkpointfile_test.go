// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// at is a checkpoint of one consumer.
func at(seq uint64) format.Checkpoint {
	return format.Checkpoint{LastSeq: seq, Consumers: []format.Position{{Seq: seq, Segment: 1}}}
}

// newCheckpointFile creates the file of a new journal.
func newCheckpointFile(t *testing.T, files *faultfs.FS) *checkpointFile {
	t.Helper()
	files.MkdirAll("d")
	c := new(checkpointFile)
	if err := c.ensure(files, "d", at(0)); err != nil {
		t.Fatal(err)
	}
	return c
}

var checkpointPath = filepath.Join("d", checkpointName)

// Whatever one torn write destroys, an earlier checkpoint of its kind is there;
// and what is not fsynced destroys nothing that is.
func TestTornCheckpoint(t *testing.T) {
	tests := []struct {
		name  string
		saves []bool // durable or not
		torn  []uint64
		want  uint64
	}{
		{"nothing is torn", []bool{true, false, true}, nil, 3},
		{"first of all", []bool{true}, []uint64{1}, 0},
		{"second durable", []bool{true, true}, []uint64{2}, 1},
		{"third durable", []bool{true, true, true}, []uint64{3}, 2},
		{"second latest", []bool{false, false}, []uint64{2}, 1},
		{"all that are not durable", []bool{true, false, false, false}, []uint64{2, 3, 4}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			c := newCheckpointFile(t, files)
			for i, durable := range tt.saves {
				if err := c.save(files, "d", at(uint64(i+1)), durable); err != nil {
					t.Fatal(err)
				}
			}
			data := files.Get(checkpointPath)
			if len(data) != format.CheckpointFileBytes {
				t.Fatalf("%d bytes", len(data))
			}
			for _, seq := range tt.torn {
				p := at(seq)
				p.Generation = seq + 1
				whole := format.AppendCheckpoint(nil, p)
				data = bytes.Replace(data, whole, append(whole[:40:40], make([]byte, len(whole)-40)...), 1)
			}
			files.Put(checkpointPath, data)
			var again checkpointFile
			if found, _, err := again.load(files, "d"); !found || err != nil || again.latest.First().Seq != tt.want {
				t.Fatalf("checkpoint %+v, want %d; %v", again.latest, tt.want, err)
			}
		})
	}
}

// The first checkpoint that a process writes spares the newest one that it found.
func TestTornCheckpointOfTheNextProcess(t *testing.T) {
	for _, durable := range []bool{false, true} {
		for before := uint64(1); before <= 4; before++ {
			files := faultfs.New()
			c := newCheckpointFile(t, files)
			var next, after checkpointFile
			for seq := uint64(1); seq <= before; seq++ {
				if err := c.save(files, "d", at(seq), durable); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := next.load(files, "d"); err != nil {
				t.Fatal(err)
			}
			files.CrashAt(files.Ops())
			if err := next.save(files, "d", at(before+1), durable); err == nil {
				t.Fatal("it was saved, and the process died")
			}
			if _, _, err := after.load(files.After(faultfs.Kill(), 0), "d"); err != nil || after.latest.First().Seq != before {
				t.Errorf("%d before, durable %v: checkpoint %+v, %v", before, durable, after.latest, err)
			}
		}
	}
}

// A file that was shortened gets its room back while there is some.
func TestShortenedCheckpoint(t *testing.T) {
	tests := []struct {
		name   string
		length int
		want   uint64 // what is left in it; 0 for nothing
	}{
		{"to nothing", 0, 0},
		{"within the first slot", 100, 0},
		{"behind the first slot", format.CheckpointSlotBytes, 1},
		{"behind the pair that is not durable", 2 * format.CheckpointSlotBytes, 2},
		{"within the last slot", 4*format.CheckpointSlotBytes - 4000, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			c := newCheckpointFile(t, files)
			for seq, durable := range []bool{false, false, true, true} {
				if err := c.save(files, "d", at(uint64(seq+1)), durable); err != nil {
					t.Fatal(err)
				}
			}
			files.Put(checkpointPath, files.Get(checkpointPath)[:tt.length])
			var next, after checkpointFile
			if _, _, err := next.load(files, "d"); err != nil || next.latest.First().Seq != tt.want {
				t.Fatalf("%+v, %v", next.latest, err)
			}
			files.SetSpace(0)
			if err := next.ensure(files, "d", at(5)); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("on a full disk: %v", err)
			}
			files.SetSpace(-1)
			if err := next.ensure(files, "d", at(5)); err != nil {
				t.Fatal(err)
			}
			if n := len(files.Get(checkpointPath)); n != format.CheckpointFileBytes {
				t.Fatalf("%d bytes", n)
			}
			files.SetSpace(0) // from here on it needs none
			for seq := uint64(6); seq < 10; seq++ {
				if err := next.save(files, "d", at(seq), seq%2 == 0); err != nil {
					t.Fatal(err)
				}
			}
			if found, _, err := after.load(files, "d"); !found || err != nil || after.latest.First().Seq != 9 || after.stale != [4]bool{} {
				t.Fatalf("%+v, %v", after, err)
			}
		})
	}
}
