// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// history is what a process was told before it died.
type history struct {
	written  map[uint64][]byte // acknowledged
	inflight [][]byte          // refused by the crash itself: may be there or not
	refused  [][]byte          // refused before: must never be seen
	synced   map[uint64]bool   // WaitSynced returned nil
	tried    uint64            // everything up to here was said to be done
}

// workload is what exercises everything that writes.
type workload struct {
	name    string
	mapping bool // the last records lie in a tail
	options func(journal.FS) journal.Options
	sizes   []int
	wait    int // how many appends there are to each wait for an fsync

	tick time.Duration // what the clock counts in; 0 for the finest
}

// ticks are what the clocks of systems count in: nanoseconds, milliseconds, and the 15 ms of an old Windows.
var ticks = []time.Duration{0, time.Millisecond, 15 * time.Millisecond}

// ticking has the clock of a journal count in ticks.
func ticking(o journal.Options, tick time.Duration) journal.Options {
	o.Now = func() time.Time { return time.Now().Truncate(tick) }
	return o
}

func workloads() []workload {
	mixed := []int{10, 300, 9000, 20000, 100, 40000, 0, 15000, 32 << 10, 700, 31000, 5}
	var alike []int // several tails full of them
	for range 24 {
		alike = append(alike, 5000, 9000)
	}
	return []workload{
		{"mixed", true, small, mixed, 3, 0},
		{"mixed, without a tail", false, small, mixed, 3, 0},
		{"alike", true, large, alike, 19, 0},
	}
}

// run goes on after errors, as a service would.
func (w workload) run(t *testing.T, files *faultfs.FS, h *history) {
	files.SetMapping(w.mapping)
	j, err := journal.Open(dir, ticking(w.options(files), w.tick))
	if err != nil {
		if !files.Crashed() {
			t.Fatalf("Open: %v", err)
		}
		return
	}
	defer j.Close()
	ctx := timely(t)
	r := j.NewReader()
	settled := map[uint64]bool{}
	front := func(first, last uint64) { // these are done, and what is before them may not be
		for s := first; s <= last; s++ {
			settled[s] = true
		}
		for settled[h.tried+1] {
			h.tried++
		}
	}
	for round, together := range []int{1, 4} { // one by one, then in batches
		for i := 0; i < len(w.sizes); i += together {
			var payloads [][]byte
			for k, n := range w.sizes[i : i+together] {
				payloads = append(payloads, payload(fmt.Sprintf("%d.%d.%d", round, i+k, files.Ops()), n))
			}
			first, accepted, err := appendTo(j, payloads)
			for k, p := range payloads {
				switch {
				case k < accepted:
					h.written[first+uint64(k)] = p
				case files.Crashed():
					h.inflight = append(h.inflight, p)
				default:
					h.refused = append(h.refused, p)
				}
			}
			i := i + together - 1
			if seq := first + uint64(accepted) - 1; i%w.wait == w.wait-1 && err == nil {
				if j.WaitSynced(ctx, seq) == nil {
					h.synced[seq] = true
					for s := range h.written {
						// Group commit covers what came before, unless its own
						// fsync failed.
						if s < seq && j.WaitSynced(ctx, s) == nil {
							h.synced[s] = true
						}
					}
				}
			}
			if i%5 == 4 || together > 1 {
				first, last := uint64(0), uint64(0)
				for range 4 {
					e, ok, err := r.TryNext()
					if err != nil || !ok {
						break
					}
					if last = e.Seq; first == 0 {
						first = e.Seq
					}
				}
				switch {
				case first == 0:
				case round == 0:
					front(1, last)
					_ = j.Checkpoint(last)
				default: // the last ones first
					middle := first + (last-first)/2
					front(middle+1, last)
					_ = j.Settle(middle+1, last)
					_ = j.Commit()
					front(first, middle)
					_ = j.Settle(first, middle)
					_ = j.Commit()
				}
			}
		}
	}
}

// appendTo appends one record by Append, several by AppendBatch.
func appendTo(j *journal.Journal, payloads [][]byte) (first uint64, n int, err error) {
	if p := payloads[0]; len(payloads) == 1 {
		if first, err = j.Append(p[:len(p)/2], p[len(p)/2:]); err == nil {
			n = 1
		}
		return first, n, err
	}
	return j.AppendBatch(records(payloads))
}

// records are payloads in two parts each.
func records(payloads [][]byte) [][][]byte {
	var list [][][]byte
	for _, p := range payloads {
		list = append(list, [][]byte{p[:len(p)/2], p[len(p)/2:]})
	}
	return list
}

// verify opens what is left and holds it against what was promised.
func verify(t *testing.T, files *faultfs.FS, h *history, kill bool, tick time.Duration) {
	t.Helper()
	j, err := journal.Open(dir, ticking(small(files), tick))
	if err != nil {
		t.Fatalf("Open after the crash: %v", err)
	}
	defer j.Close()
	r := j.NewReader()
	found := drain(t, r)
	seen := map[uint64]bool{}
	last := uint64(0)
	for i, seq := range found.seqs {
		if seq <= last {
			t.Fatalf("order: %d after %d", seq, last)
		}
		last, seen[seq] = seq, true
		p := found.payloads[i]
		for _, refused := range h.refused {
			if len(refused) > 20 && bytes.Equal(p, refused) {
				t.Fatalf("record %d was refused and is there", seq)
			}
		}
		want, acknowledged := h.written[seq]
		if acknowledged && bytes.Equal(p, want) {
			continue
		}
		ok := false
		for _, q := range h.inflight {
			ok = ok || bytes.Equal(p, q)
		}
		if !ok || acknowledged {
			t.Fatalf("record %d has the wrong content (acknowledged: %v)", seq, acknowledged)
		}
	}
	rec := j.Recovery()
	if got := uint64(len(found.seqs)); rec.Recovered != got+rec.Lost {
		t.Fatalf("recovered %d, lost %d, delivered %d", rec.Recovered, rec.Lost, got)
	}
	if kill && rec.Lost != 0 {
		t.Fatalf("%d lost without a loss of power: %+v", rec.Lost, rec.Damage)
	}
	checkpoint := j.Stats().LastSeq - rec.Recovered
	if checkpoint > h.tried {
		t.Fatalf("checkpoint %d, never went beyond %d", checkpoint, h.tried)
	}
	for seq := range h.written {
		if (kill || h.synced[seq]) && seq > checkpoint && !seen[seq] {
			t.Fatalf("record %d is gone (synced: %v)", seq, h.synced[seq])
		}
	}
	// It goes on.
	after := payload("after", 5000)
	seq, err := j.Append(after)
	if err != nil || seq <= last {
		t.Fatalf("Append after the crash: %d, %v; last was %d", seq, err, last)
	}
	waitSynced(t, j, seq)
	more := drain(t, r)
	if len(more.seqs) != 1 || more.seqs[0] != seq || !bytes.Equal(more.payloads[0], after) {
		t.Fatalf("delivered %v after appending %d", more.seqs, seq)
	}
	closeJournal(t, j)
	j, err = journal.Open(dir, small(files.After(faultfs.Strict(), 1)))
	if err != nil {
		t.Fatalf("second Open: %v", err)
	}
	defer j.Close()
	again := drain(t, j.NewReader())
	if n := len(again.seqs); n == 0 || again.seqs[n-1] != seq || n != len(found.seqs)+1 {
		t.Fatalf("second Open delivers %v, the first delivered %v and %d was appended", again.seqs, found.seqs, seq)
	}
}

func TestCrashAtEveryOperation(t *testing.T) {
	if raceDetector {
		t.Log("runs without the race detector, which would find nothing in one goroutine: see the Makefile")
		return
	}
	eio := syscall.EIO
	nth := func(kind faultfs.Kind, every int, fault faultfs.Fault) faultfs.Hook {
		n := 0
		return func(op faultfs.Op) *faultfs.Fault {
			if op.Kind != kind {
				return nil
			}
			if n++; n%every != 0 {
				return nil
			}
			return &fault
		}
	}
	both := func(hooks ...faultfs.Hook) faultfs.Hook {
		return func(op faultfs.Op) *faultfs.Fault {
			for _, h := range hooks {
				if f := h(op); f != nil {
					return f
				}
			}
			return nil
		}
	}
	tests := []struct {
		name string
		hook func() faultfs.Hook
	}{
		{"healthy disk", func() faultfs.Hook { return nil }},
		{"short writes", func() faultfs.Hook { return nth(faultfs.Write, 4, faultfs.Fault{Err: eio, Bytes: 777}) }},
		{"short writes and failed truncates", func() faultfs.Hook {
			return both(nth(faultfs.Write, 4, faultfs.Fault{Err: eio, Bytes: 9999}), nth(faultfs.Truncate, 1, faultfs.Fault{Err: eio}))
		}},
		{"failed creates", func() faultfs.Hook { return nth(faultfs.Create, 3, faultfs.Fault{Err: syscall.ENOSPC}) }},
		{"failed fsyncs", func() faultfs.Hook { return nth(faultfs.Sync, 3, faultfs.Fault{Err: eio}) }},
		{"failed fsyncs of the directory", func() faultfs.Hook { return nth(faultfs.SyncDir, 2, faultfs.Fault{Err: eio}) }},
		{"failed reservations", func() faultfs.Hook { return nth(faultfs.Reserve, 2, faultfs.Fault{Err: syscall.ENOSPC}) }},
		{"failed maps", func() faultfs.Hook { return nth(faultfs.Map, 2, faultfs.Fault{Err: syscall.ENOSPC}) }},
		{"failed removals", func() faultfs.Hook { return nth(faultfs.Remove, 2, faultfs.Fault{Err: eio}) }},
	}
	for _, w := range workloads() {
		for _, tt := range tests {
			t.Run(w.name+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				crashAtEvery(t, w, tt.hook)
			})
		}
	}
}

func crashAtEvery(t *testing.T, w workload, hook func() faultfs.Hook) {
	for at := 0; ; at++ {
		w.tick = ticks[at%len(ticks)]
		files := faultfs.New()
		files.SetHook(hook())
		files.CrashAt(at)
		h := &history{written: map[uint64][]byte{}, synced: map[uint64]bool{}}
		w.run(t, files, h)
		crashed := files.Crashed()
		for _, loss := range faultfs.Losses() {
			for seed := range uint64(3) {
				left := files.After(loss, seed)
				ok := t.Run(fmt.Sprintf("operation %d/clock of %v/%s/%d", at, w.tick, loss.Name, seed), func(t *testing.T) {
					verify(t, left, h, loss.Name == faultfs.Kill().Name, w.tick)
				})
				if !ok {
					return
				}
				if loss.Name == faultfs.Kill().Name || loss.Name == faultfs.Strict().Name {
					break // nothing random about them
				}
			}
		}
		if !crashed {
			t.Logf("%d operations", at)
			return
		}
	}
}
