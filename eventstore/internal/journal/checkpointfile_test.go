// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

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
		{"second durable", []bool{true, true}, []uint64{2}, 1},
		{"third durable", []bool{true, true, true}, []uint64{3}, 2},
		{"second latest", []bool{false, false}, []uint64{2}, 1},
		{"all that are not durable", []bool{true, false, false, false}, []uint64{2, 3, 4}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			files.MkdirAll("d")
			var c checkpointFile
			if err := c.ensure(files, "d"); err != nil {
				t.Fatal(err)
			}
			for i, durable := range tt.saves {
				if err := c.save(files, "d", format.Checkpoint{Seq: uint64(i + 1)}, durable); err != nil {
					t.Fatal(err)
				}
			}
			data := files.Get("d/" + checkpointName)
			if len(data) != format.CheckpointFileBytes {
				t.Fatalf("%d bytes", len(data))
			}
			for _, seq := range tt.torn {
				whole := format.AppendCheckpoint(nil, format.Checkpoint{Seq: seq})
				data = bytes.Replace(data, whole, append(whole[:40:40], make([]byte, len(whole)-40)...), 1)
			}
			files.Put("d/"+checkpointName, data)
			var again checkpointFile
			if found, _, err := again.load(files, "d"); !found || err != nil || again.latest.Seq != tt.want {
				t.Fatalf("checkpoint %d, want %d; %v", again.latest.Seq, tt.want, err)
			}
		})
	}
}

// The first checkpoint that a process writes spares the newest one that it found.
func TestTornCheckpointOfTheNextProcess(t *testing.T) {
	for _, durable := range []bool{false, true} {
		for before := uint64(1); before <= 4; before++ {
			files := faultfs.New()
			files.MkdirAll("d")
			var c, next, after checkpointFile
			if err := c.ensure(files, "d"); err != nil {
				t.Fatal(err)
			}
			for seq := uint64(1); seq <= before; seq++ {
				if err := c.save(files, "d", format.Checkpoint{Seq: seq}, durable); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := next.load(files, "d"); err != nil {
				t.Fatal(err)
			}
			files.CrashAt(files.Ops())
			if err := next.save(files, "d", format.Checkpoint{Seq: before + 1}, durable); err == nil {
				t.Fatal("it was saved, and the process died")
			}
			if _, _, err := after.load(files.After(faultfs.Kill(), 0), "d"); err != nil || after.latest.Seq != before {
				t.Errorf("%d before, durable %v: checkpoint %d, %v", before, durable, after.latest.Seq, err)
			}
		}
	}
}
