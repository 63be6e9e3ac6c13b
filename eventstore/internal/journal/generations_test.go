// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// generations are processes that have one directory after the other, and what they were told.
type generations struct {
	t     *testing.T
	r     *rand.Rand
	files *faultfs.FS

	written  map[uint64][]byte // acknowledged, and not known to be gone
	synced   map[uint64]bool   // WaitSynced returned nil
	refused  map[string]bool   // must never be seen
	inflight map[string]bool   // what the crash itself refused: may be there or not
	tried    uint64            // highest seq that Checkpoint was called with
	named    int               // payloads

	// Of one process.
	j         *journal.Journal
	reader    *journal.Reader
	read      uint64 // the last record that the reader delivered
	faulty    bool   // the disk fails now and then
	unexcused bool   // an operation failed that nobody was told of, perhaps
}

// TestGenerations has processes append, wait, read, check off and rotate at random, on a disk that fails now and then, and
// ends each by a kill, a loss of power or Close. What was acknowledged and survives is delivered, once and in order.
func TestGenerations(t *testing.T) {
	if raceDetector {
		t.Log("runs without the race detector, which would find nothing in one goroutine: see the Makefile")
		return
	}
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			g := &generations{
				t: t, r: rand.New(rand.NewPCG(seed, 77)), files: faultfs.New(),
				written: map[uint64][]byte{}, synced: map[uint64]bool{}, refused: map[string]bool{}, inflight: map[string]bool{},
			}
			g.files.SetMapping(seed%8 != 7)
			defer func() { _ = g.j.Close() }() // before the end of the test: there are hundreds, with all their files
			kill := true
			for n := range 6 {
				g.begin(n, kill)
				kill = g.live(n)
			}
			g.begin(6, kill)
			closeJournal(t, g.j)
		})
	}
}

func (g *generations) options() journal.Options {
	o := small(g.files)
	o.SegmentBytes, o.MaxBytes = 8*format.BlockBytes, 40*format.BlockBytes
	return o
}

// begin opens what the process before left, and holds it against what was promised. It was no more than a kill that
// ended that one, or a loss of power.
func (g *generations) begin(n int, kill bool) {
	t := g.t
	var walked, inspected []uint64
	if n > 0 {
		if err := journal.Walk(dir, g.files, func(e journal.Entry) bool { walked = append(walked, e.Seq); return true }); err != nil {
			t.Fatalf("generation %d: %v", n, err)
		}
		if _, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{
			FS: g.files, Backlog: func(e journal.Entry) { inspected = append(inspected, e.Seq) },
		}); err != nil {
			t.Fatalf("generation %d: %v", n, err)
		}
	}
	var err error
	if g.j, err = journal.Open(dir, g.options()); err != nil {
		t.Fatalf("generation %d: %v", n, err)
	}
	rec, last := g.j.Recovery(), g.j.Stats().LastSeq
	done := last - rec.Recovered
	got := drain(t, g.j.NewReader())
	for name, seqs := range map[string][]uint64{"walked": walked, "inspected": inspected} {
		if diff := cmp.Diff(got.seqs, seqs); diff != "" {
			t.Fatalf("generation %d: delivered, and %s: %s", n, name, diff)
		}
	}
	if uint64(len(got.seqs))+rec.Lost != rec.Recovered || kill && rec.Lost != 0 && len(g.written) == 0 {
		t.Fatalf("generation %d: delivered %d of %+v", n, len(got.seqs), rec)
	}
	there := map[uint64][]byte{}
	before := uint64(0)
	for i, seq := range got.seqs {
		p := got.payloads[i]
		want, acknowledged := g.written[seq]
		switch {
		case seq <= before:
			t.Fatalf("generation %d: record %d after %d", n, seq, before)
		case g.refused[string(p)]:
			t.Fatalf("generation %d: record %d was refused: %.20q", n, seq, p)
		case acknowledged && bytes.Equal(p, want):
		case !acknowledged && g.inflight[string(p)]:
		default:
			t.Fatalf("generation %d: record %d is %.20q, want %.20q", n, seq, p, want)
		}
		before, there[seq] = seq, p
	}
	for seq := range g.written {
		if there[seq] == nil && (kill || g.synced[seq]) && (seq > done || seq > g.tried) {
			t.Fatalf("generation %d: record %d is gone, kill: %v, synced: %v, done %d, tried %d: %+v", n, seq, kill, g.synced[seq], done, g.tried, rec)
		}
	}
	// What is gone is gone, and its number may be another's; what was in flight has one now, or is gone.
	g.written = there
	for seq := range g.synced {
		if there[seq] == nil {
			delete(g.synced, seq)
		}
	}
	for p := range g.inflight {
		g.refused[p] = true
	}
	for _, p := range there {
		delete(g.refused, string(p))
	}
	clear(g.inflight)
	g.reader, g.read, g.faulty, g.unexcused = g.j.NewReader(), done, false, false
}

// live does this and that, and ends the process. It reports whether what it wrote is all there.
func (g *generations) live(n int) (kill bool) {
	steps := 20 + g.r.IntN(80)
	crash := g.r.IntN(2 * steps) // half of them end between two operations
	for i := 0; i < steps && !g.files.Crashed(); i++ {
		if i == crash {
			g.files.CrashAt(g.files.Ops() + g.r.IntN(10))
		}
		switch g.r.IntN(16) {
		case 0:
			g.fail()
		case 1, 2:
			g.faulty = false
			g.files.SetHook(nil)
		case 3:
			g.append(1+g.r.IntN(12), 20_000)
		case 4:
			g.sync()
		case 5, 6:
			g.deliver(1 + g.r.IntN(60))
		case 7:
			if _, err := g.j.Rotate(); err != nil && !g.excused() {
				g.t.Fatalf("generation %d: rotate: %v", n, err)
			}
		case 8:
			g.append(1, 20_000)
		default:
			for range 1 + g.r.IntN(12) {
				g.append(1, 3000)
			}
		}
	}
	loss := faultfs.Kill()
	switch g.r.IntN(3) {
	case 0:
		losses := faultfs.Losses()
		loss = losses[g.r.IntN(len(losses))]
	case 1:
		if err := g.j.Close(); err != nil && !g.excused() && !g.unexcused {
			g.t.Fatalf("generation %d: close: %v", n, err)
		}
		if !g.excused() && !g.unexcused && slices.Contains(g.files.Names(dir), "tail") {
			g.t.Fatalf("generation %d: the tail is there after Close", n)
		}
	}
	left := g.files.After(loss, g.r.Uint64())
	_ = g.j.Close()
	g.files = left
	return loss.Name == faultfs.Kill().Name
}

// excused says whether operations may fail.
func (g *generations) excused() bool { return g.faulty || g.files.Crashed() }

// fail lets operations of some kinds fail from now on, each time or each fourth or so.
func (g *generations) fail() {
	kinds := []faultfs.Kind{
		faultfs.Write, faultfs.Sync, faultfs.Truncate, faultfs.Reserve, faultfs.Map, faultfs.Remove, faultfs.Create, faultfs.SyncDir,
	}
	g.r.Shuffle(len(kinds), func(a, b int) { kinds[a], kinds[b] = kinds[b], kinds[a] })
	kinds = kinds[:1+g.r.IntN(2)]
	r := rand.New(rand.NewPCG(g.r.Uint64(), 1))
	rate := 1 + 3*g.r.IntN(2)
	g.faulty, g.unexcused = true, true
	g.files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if !slices.Contains(kinds, op.Kind) || r.IntN(rate) > 0 {
			return nil
		}
		return &faultfs.Fault{Err: syscall.EIO, Bytes: r.IntN(max(op.Len, 1))}
	})
}

func (g *generations) append(count, size int) {
	var payloads [][]byte
	for range count {
		g.named++
		payloads = append(payloads, append(fmt.Appendf(nil, "%d|", g.named), payload(fmt.Sprint(g.named), g.r.IntN(size))...))
	}
	first, accepted, err := appendTo(g.j, payloads)
	crashed := g.files.Crashed()
	if err != nil && !g.excused() && !errors.Is(err, journal.ErrFull) {
		g.t.Fatalf("append: %v", err)
	}
	for i, p := range payloads {
		switch {
		case i < accepted:
			g.written[first+uint64(i)] = p
		case crashed:
			g.inflight[string(p)] = true
		default:
			g.refused[string(p)] = true
		}
	}
	if errors.Is(err, journal.ErrFull) {
		g.deliver(1000)
	}
}

func (g *generations) sync() {
	if g.j.WaitSynced(timely(g.t), g.j.Stats().LastSeq) != nil {
		return
	}
	for seq := range g.written {
		if !g.synced[seq] && g.j.WaitSynced(timely(g.t), seq) == nil {
			g.synced[seq] = true
		}
	}
}

// deliver reads some records and checks most of them off.
func (g *generations) deliver(count int) {
	for range count {
		e, ok, err := g.reader.TryNext()
		if g.files.Crashed() {
			return // it reads no more
		}
		if err != nil && !g.excused() {
			g.t.Fatalf("read: %v", err)
		}
		if !ok || err != nil {
			break
		}
		if e.Seq <= g.read || !bytes.Equal(e.Payload, g.written[e.Seq]) {
			g.t.Fatalf("record %d after %d is %.20q, want %.20q", e.Seq, g.read, e.Payload, g.written[e.Seq])
		}
		for seq := g.read + 1; seq < e.Seq; seq++ {
			if g.written[seq] != nil {
				g.t.Fatalf("record %d was passed over for %d", seq, e.Seq)
			}
		}
		g.read = e.Seq
	}
	if done := g.read - min(g.read, g.r.Uint64N(3)); done > 0 {
		g.tried = max(g.tried, done)
		if err := g.j.Checkpoint(done); err != nil && !g.excused() {
			g.t.Fatalf("checkpoint: %v", err)
		}
	}
}
