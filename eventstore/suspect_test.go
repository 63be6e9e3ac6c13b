// SPDX-License-Identifier: Apache-2.0

package eventstore

import "testing"

// TestProofCountsFromTheFirstRefusal has a document refused with its batch, of which the others are then
// taken: that proves that MongoDB takes documents, also when this one comes last.
func TestProofCountsFromTheFirstRefusal(t *testing.T) {
	w := &writer{taken: 7}
	e := &pending{}
	w.doubt(e) // with its batch
	w.taken += 20
	w.suspect(e, "code_1", "refused") // by itself
	if e.proof != 7 || w.taken <= e.proof {
		t.Errorf("proof is counted from %d, want 7: the batch's others do not count", e.proof)
	}
	if len(w.suspects) != 1 || e.attempts != 1 {
		t.Errorf("%d suspects, %d attempts; want one of each", len(w.suspects), e.attempts)
	}
}
