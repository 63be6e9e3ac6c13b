// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// version1 is the file as version 1 left it, with the sequence numbers of its slots, 0 for an empty one.
func version1(seqs [4]uint64) []byte {
	data := make([]byte, format.CheckpointFileBytes)
	for slot, seq := range seqs {
		if seq > 0 {
			AppendCheckpoint1(data[:slot*format.CheckpointSlotBytes], Checkpoint1{Seq: seq, Segment: 1, LastSeq: 99})
		}
	}
	return data
}

// The file of version 1 is taken up, and rewritten in place: whenever the process dies, no position is lost, and a program of
// version 1 refuses the file from the moment on when there is something in it that it would ignore.
func TestUpgradeFromVersion1(t *testing.T) {
	tests := []struct {
		name string
		seqs [4]uint64
		want uint64
	}{
		{"one that is not durable", [4]uint64{0, 7, 0, 0}, 7},
		{"one that is durable", [4]uint64{0, 0, 7, 0}, 7},
		{"all, the newest is not durable", [4]uint64{8, 9, 6, 7}, 9},
		{"all, the newest is durable", [4]uint64{3, 4, 6, 7}, 7},
		{"all, the newest is the first durable one", [4]uint64{3, 4, 7, 6}, 7},
	}
	for _, tt := range tests {
		for _, durable := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%v", tt.name, durable), func(t *testing.T) {
				for at := 0; ; at++ {
					files := faultfs.New()
					files.Put(checkpointPath, version1(tt.seqs))
					files.SetSpace(0) // it needs no room
					var c checkpointFile
					if found, _, err := c.load(files, "d"); !found || err != nil || c.latest.First().Seq != tt.want {
						t.Fatalf("%+v, %v", c.latest, err)
					}
					files.CrashAt(files.Ops() + at)
					next := format.Checkpoint{LastSeq: 99, Consumers: []format.Position{{Seq: 10}, {Name: "a", Seq: tt.want}}}
					err := c.save(files, "d", next, durable)
					for _, loss := range faultfs.Losses() {
						for seed := range uint64(20) {
							after := files.After(loss, seed)
							var again checkpointFile
							found, _, loadErr := again.load(after, "d")
							if !found || loadErr != nil || again.latest.First().Seq < tt.want {
								t.Fatalf("operation %d, %s, seed %d: %+v, %v", at, loss.Name, seed, again.latest, loadErr)
							}
							_, ok := again.latest.Find("a")
							_, _, oldErr := ReadByVersion1(after, checkpointPath)
							if ok && !errors.Is(oldErr, format.ErrVersion) {
								t.Fatalf("operation %d, %s, seed %d: a consumer that version 1 ignores: %v", at, loss.Name, seed, oldErr)
							}
							if err == nil && !ok {
								t.Fatalf("operation %d, %s, seed %d: it was saved, and is gone", at, loss.Name, seed)
							}
						}
					}
					if !files.Crashed() {
						if err != nil || c.stale != [4]bool{} {
							t.Fatalf("%v, stale %v", err, c.stale)
						}
						return
					}
				}
			})
		}
	}
}

// Random checkpoints of three consumers, durable or not, by several processes that die at any operation: what is found later is
// a checkpoint that was written, and none before the last that was durable.
func TestRandomCheckpoints(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 3))
		files := faultfs.New()
		files.MkdirAll("d")
		now := format.Checkpoint{Consumers: []format.Position{{}, {Name: "a"}, {Name: "b"}}}
		durable := uint64(0) // what the next process finds at least
		written := map[uint64]format.Checkpoint{}
		for process := range 4 {
			var c checkpointFile
			found, damage, err := c.load(files, "d")
			if err != nil || !found && durable > 0 {
				t.Fatalf("seed %d, process %d: %v, %s", seed, process, err, damage)
			}
			if got := c.latest; found && (got.Generation < durable || !isSame(got, written[got.Generation])) {
				t.Fatalf("seed %d, process %d: %+v, want one since %d", seed, process, got, durable)
			}
			files.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if op.Kind == faultfs.Write && r.IntN(8) == 0 {
					return &faultfs.Fault{Err: errors.New("no"), Bytes: r.IntN(op.Len + 1)}
				}
				return nil
			})
			files.CrashAt(files.Ops() + r.IntN(25))
			for !files.Crashed() {
				p := &now.Consumers[r.IntN(3)]
				p.Seq += uint64(r.IntN(3))
				now.LastSeq = max(now.LastSeq, p.Seq)
				save := format.Checkpoint{LastSeq: now.LastSeq, Consumers: append([]format.Position(nil), now.Consumers...)}
				before, is := c.generation, r.IntN(3) == 0
				err := c.ensure(files, "d", save)
				if err == nil {
					err = c.save(files, "d", save, is)
				}
				for g := before + 1; g <= c.generation; g++ {
					written[g] = save
				}
				if err == nil && is {
					durable = c.generation
				}
			}
			losses := faultfs.Losses()
			files = files.After(losses[r.IntN(len(losses))], seed)
		}
	}
}
