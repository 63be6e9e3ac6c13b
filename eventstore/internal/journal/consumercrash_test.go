// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// consumerNames are the consumers of a journal that is killed; the first has no name.
var consumerNames = []string{"", "near", "far"}

// consuming is what one consumer did before its process died.
type consuming struct {
	reader  *journal.Reader
	settle  func(first, last uint64) error
	commit  func() error
	batches [][2]uint64 // under way: read, and not settled
	settled map[uint64]bool
	front   uint64 // everything up to here was settled
}

// withConsumers are the options of a journal with all of them.
func withConsumers(files *faultfs.FS) journal.Options {
	o := small(files)
	o.Consumers = consumerNames[1:]
	return o
}

// consume begins a consumer of an open journal.
func consume(j *journal.Journal, name string) *consuming {
	c := j.Consumer(name)
	return &consuming{reader: c.NewReader(), settle: c.Settle, commit: c.Commit, settled: map[uint64]bool{}}
}

// step reads a batch, or settles one of those under way, four at most, in any order.
func (c *consuming) step(r *rand.Rand) {
	if len(c.batches) < 4 && r.IntN(3) > 0 {
		var batch [2]uint64
		for range 1 + r.IntN(4) {
			e, ok, err := c.reader.TryNext()
			if err != nil || !ok {
				break
			}
			if batch[1] = e.Seq; batch[0] == 0 {
				batch[0] = e.Seq
			}
		}
		if batch[0] > 0 {
			c.batches = append(c.batches, batch)
		}
		return
	}
	if len(c.batches) == 0 {
		return
	}
	i := r.IntN(len(c.batches))
	batch := c.batches[i]
	c.batches = append(c.batches[:i], c.batches[i+1:]...)
	for seq := batch[0]; seq <= batch[1]; seq++ {
		c.settled[seq] = true
	}
	for c.settled[c.front+1] {
		c.front++
	}
	_ = c.settle(batch[0], batch[1])
	_ = c.commit()
}

// liveWithConsumers appends and consumes until the process dies or all is done. One consumer is near the end of the journal, one
// far behind.
func liveWithConsumers(t *testing.T, files *faultfs.FS, h *history, seed uint64) map[string]*consuming {
	consumers := map[string]*consuming{}
	for _, name := range consumerNames {
		consumers[name] = &consuming{}
	}
	j, err := journal.Open(dir, withConsumers(files))
	if err != nil {
		if !files.Crashed() {
			t.Fatalf("Open: %v", err)
		}
		return consumers
	}
	defer j.Close()
	for _, name := range consumerNames {
		consumers[name] = consume(j, name)
	}
	r := rand.New(rand.NewPCG(seed, 5))
	for i, size := range []int{10, 300, 9000, 20000, 100, 40000, 0, 15000, 700, 31000, 5, 9000, 12000, 9000, 400, 20000} {
		p := payload(fmt.Sprintf("%d.%d", i, files.Ops()), size)
		first, n, err := appendTo(j, [][]byte{p})
		switch {
		case n == 1:
			h.written[first] = p
		case files.Crashed():
			h.inflight = append(h.inflight, p)
		default:
			h.refused = append(h.refused, p)
		}
		if i%5 == 4 && err == nil && j.WaitSynced(timely(t), first) == nil {
			for seq := range h.written {
				h.synced[seq] = h.synced[seq] || j.WaitSynced(timely(t), seq) == nil
			}
		}
		for _, name := range consumerNames {
			for range map[string]int{"": 3, "near": 4, "far": 1}[name] {
				consumers[name].step(r)
			}
		}
	}
	return consumers
}

// verifyConsumers opens what is left and holds it against what each consumer was promised.
func verifyConsumers(t *testing.T, files *faultfs.FS, h *history, before map[string]*consuming, kill bool) {
	t.Helper()
	j, err := journal.Open(dir, withConsumers(files))
	if err != nil {
		t.Fatalf("Open after the crash: %v", err)
	}
	defer j.Close()
	rec, end := j.Recovery(), j.Stats().LastSeq
	for _, name := range consumerNames {
		c := j.Consumer(name)
		st := c.Stats()
		done := end - st.Backlog - st.Lost
		if done > before[name].front {
			t.Fatalf("consumer %q begins behind %d, and settled what is up to %d", name, done, before[name].front)
		}
		got := drain(t, c.NewReader())
		if uint64(len(got.seqs)) != st.Backlog || kill && st.Lost > 0 {
			t.Fatalf("consumer %q reads %d of %+v", name, len(got.seqs), st)
		}
		if name == "" && (rec.Recovered != end-done || rec.Lost != st.Lost) {
			t.Fatalf("%+v, and the first consumer has %+v of %d", rec, st, end)
		}
		seen, last := map[uint64]bool{}, done
		for i, seq := range got.seqs {
			if seq <= last {
				t.Fatalf("consumer %q: %d after %d", name, seq, last)
			}
			last, seen[seq] = seq, true
			if want, ok := h.written[seq]; ok && !bytes.Equal(got.payloads[i], want) || !ok && !contains(h.inflight, got.payloads[i]) {
				t.Fatalf("consumer %q: record %d has the wrong content (acknowledged: %v)", name, seq, ok)
			}
		}
		for seq := range h.written {
			if (kill || h.synced[seq]) && seq > done && !seen[seq] {
				t.Fatalf("consumer %q: record %d is gone (synced: %v)", name, seq, h.synced[seq])
			}
		}
		if end > done {
			wantError(t, c.Settle(done+1, end), nil)
		}
		wantError(t, c.Commit(), nil)
	}
	// All is done for all of them.
	rotate(t, j)
	wantError(t, j.Clear(end), nil)
	if n := j.Stats().Segments; n != 0 {
		t.Fatalf("%d segments are left", n)
	}
	closeJournal(t, j)
}

func contains(list [][]byte, p []byte) bool {
	for _, q := range list {
		if bytes.Equal(p, q) {
			return true
		}
	}
	return false
}

// TestCrashWithConsumers kills a process with three consumers, each with up to four batches under way that are settled in any
// order, at every operation.
func TestCrashWithConsumers(t *testing.T) {
	if raceDetector {
		t.Log("runs without the race detector, which would find nothing in one goroutine: see the Makefile")
		return
	}
	every := func(kind faultfs.Kind, n int, fault faultfs.Fault) func() faultfs.Hook {
		return func() faultfs.Hook {
			i := 0
			return func(op faultfs.Op) *faultfs.Fault {
				if op.Kind != kind {
					return nil
				}
				if i++; i%n != 0 {
					return nil
				}
				return &fault
			}
		}
	}
	tests := []struct {
		name string
		hook func() faultfs.Hook
	}{
		{"healthy disk", func() faultfs.Hook { return nil }},
		{"short writes", every(faultfs.Write, 4, faultfs.Fault{Err: syscall.EIO, Bytes: 100})},
		{"full disk now and then", every(faultfs.Write, 3, faultfs.Fault{Err: syscall.ENOSPC, Bytes: 100})},
		{"failed creates", every(faultfs.Create, 3, faultfs.Fault{Err: syscall.ENOSPC})},
		{"failed fsyncs", every(faultfs.Sync, 3, faultfs.Fault{Err: syscall.EIO})},
		{"failed fsyncs of the directory", every(faultfs.SyncDir, 2, faultfs.Fault{Err: syscall.EIO})},
		{"failed removals", every(faultfs.Remove, 2, faultfs.Fault{Err: syscall.EIO})},
	}
	for _, mapping := range []bool{true, false} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s/tail %v", tt.name, mapping), func(t *testing.T) {
				t.Parallel()
				for at := 0; ; at++ {
					files := faultfs.New()
					files.SetMapping(mapping)
					files.SetHook(tt.hook())
					files.CrashAt(at)
					h := &history{written: map[uint64][]byte{}, synced: map[uint64]bool{}}
					before := liveWithConsumers(t, files, h, uint64(at%7))
					for _, loss := range faultfs.Losses() {
						for seed := range uint64(3) {
							left := files.After(loss, seed)
							if !t.Run(fmt.Sprintf("operation %d/%s/%d", at, loss.Name, seed), func(t *testing.T) {
								verifyConsumers(t, left, h, before, loss.Name == faultfs.Kill().Name)
							}) {
								return
							}
						}
					}
					if !files.Crashed() {
						t.Logf("%d operations", at)
						return
					}
				}
			})
		}
	}
}
