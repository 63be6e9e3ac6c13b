// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// TestSettleInAnyOrder settles records at random, and expects the checkpoint at the last one before the first gap,
// and a later process to read exactly what follows it.
func TestSettleInAnyOrder(t *testing.T) {
	for seed := range uint64(30) {
		const n = 60
		files := faultfs.New()
		j := open(t, small(files))
		fill(t, j, n, 3000)
		order := rand.New(rand.NewPCG(seed, 1)).Perm(n)
		settled := map[uint64]bool{}
		for _, i := range order[:n-1-int(seed)] {
			seq := uint64(i) + 1
			if err := j.Settle(seq, seq); err != nil {
				t.Fatal(err)
			}
			settled[seq] = true
			if seed%3 == 0 {
				if err := j.Commit(); err != nil {
					t.Fatal(err)
				}
			}
			front := uint64(0)
			for settled[front+1] {
				front++
			}
			st := j.Stats()
			if st.CheckpointSeq != front || st.Backlog != n-uint64(len(settled)) || st.Lost != 0 {
				t.Fatalf("seed %d: %+v with %d settled, want checkpoint %d", seed, st, len(settled), front)
			}
			if left := j.Undone(1, n); left != st.Backlog || j.Undone(seq, seq) != 0 {
				t.Fatalf("seed %d: %d of all are not done, want %d", seed, left, st.Backlog)
			}
		}
		if err := j.Commit(); err != nil {
			t.Fatal(err)
		}
		checkpoint := j.Stats().CheckpointSeq
		j = open(t, small(files.After(faultfs.Kill(), seed)))
		if got := drain(t, j.NewReader()).seqs; !slices.Equal(got, span(checkpoint+1, n)) {
			t.Fatalf("seed %d: after a kill %v, want what follows %d", seed, got, checkpoint)
		}
	}
}

func TestSettleDeletesSegments(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	fill(t, j, 100, 3000)
	rotate(t, j)
	before := j.Stats().Segments
	for _, s := range [][2]uint64{{2, 100}, {1, 1}} {
		if err := j.Settle(s[0], s[1]); err != nil {
			t.Fatal(err)
		}
		if err := j.Commit(); err != nil {
			t.Fatal(err)
		}
		if got, want := j.Stats().Segments, map[uint64]int{2: before, 1: 0}[s[0]]; got != want {
			t.Errorf("%d segments after settling %v, want %d", got, s, want)
		}
	}
}

func TestSettleBeyondTheEnd(t *testing.T) {
	j := open(t, small(faultfs.New()))
	fill(t, j, 3, 10)
	if err := j.Settle(2, 4); err == nil {
		t.Error("settled a record that does not exist")
	}
	if n := j.Stats().Backlog; n != 3 {
		t.Errorf("backlog %d, want 3", n)
	}
	closeJournal(t, j)
	wantError(t, j.Settle(1, 1), journal.ErrClosed)
	wantError(t, j.Commit(), journal.ErrClosed)
}

// TestCommitTriesAgain fails to write a checkpoint, then expects the next Commit to write it, although nothing was
// settled since.
func TestCommitTriesAgain(t *testing.T) {
	files := faultfs.New()
	f := newFaults(files)
	j := open(t, small(files))
	fill(t, j, 5, 10)
	f.set(faultfs.Write, &faultfs.Fault{Err: syscall.ENOSPC})
	if err := j.Settle(1, 5); err != nil {
		t.Fatal(err)
	}
	wantError(t, j.Commit(), syscall.ENOSPC)
	f.set(faultfs.Write, nil)
	if err := j.Commit(); err != nil {
		t.Fatal(err)
	}
	j = open(t, small(files.After(faultfs.Kill(), 1)))
	if n := j.Recovery().Recovered; n != 0 {
		t.Errorf("%d records are read again", n)
	}
}
