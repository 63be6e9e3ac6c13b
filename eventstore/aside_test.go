// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"testing"
	"time"
)

// TestProofCountsFromTheFirstRefusal has a document refused with its batch, of which the others are then
// taken: that proves that MongoDB takes documents, also when this one comes last.
func TestProofCountsFromTheFirstRefusal(t *testing.T) {
	w := &writer{taken: 7}
	e := &pending{}
	w.doubt(e) // with its batch
	w.taken += 20
	if w.doubtful(e, "code_1", "refused") { // by itself
		t.Error("it is quarantined at once")
	}
	if len(w.aside.events) != 1 {
		t.Fatalf("%d set aside", len(w.aside.events))
	}
	if e = w.aside.events[0]; e.proof != 7 || w.taken <= e.proof || e.attempts != 1 {
		t.Errorf("%d attempts, proof is counted from %d, want 7: the batch's others do not count", e.attempts, e.proof)
	}
}

// TestAside takes events out when their pauses are over: those of a kind together, one that is to be alone by itself.
func TestAside(t *testing.T) {
	now := time.Unix(1e9, 0)
	var a aside
	for _, e := range []*pending{{seq: 1}, {seq: 2}, {seq: 3, alone: true}, {seq: 4, why: unlucky}, {seq: 5}} {
		a.add(e, now)
	}
	if got := a.take(now, 10); len(got) > 0 {
		t.Fatalf("%d are taken before they are due", len(got))
	}
	now = now.Add(backoffMin)
	for _, want := range [][]uint64{{1, 2}, {3}, {4}, {5}, nil} {
		got := a.take(now, 2)
		for i, e := range got {
			if i >= len(want) || e.seq != want[i] {
				t.Fatalf("took %d events, %d among them; want %v", len(got), e.seq, want)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("took %d, want %v", len(got), want)
		}
	}
	if a.bytes != 0 || !a.next.IsZero() {
		t.Errorf("%+v is left", a)
	}
}

// TestAsideIsBounded has no pause for suspects when there are too many.
func TestAsideIsBounded(t *testing.T) {
	now := time.Unix(1e9, 0)
	var a aside
	for range asideEvents {
		a.add(&pending{}, now)
	}
	if !a.isFull() {
		t.Fatal("there is no bound")
	}
	if got := a.take(now, 1000); len(got) != 1000 {
		t.Errorf("%d are taken, want 1000 at once", len(got))
	}
}
