// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// The set is compared with one that is too simple to be wrong.
func TestRanges(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var set ranges
		plain := map[uint64]bool{}
		for range 30 {
			first := 1 + r.Uint64N(100)
			last := first + r.Uint64N(12)
			fresh := uint64(0)
			for n := first; n <= last; n++ {
				if !plain[n] {
					plain[n] = true
					fresh++
				}
			}
			if got := set.add(first, last); got != fresh {
				t.Fatalf("seed %d: add %d to %d: %d new, want %d", seed, first, last, got, fresh)
			}
			for seq := range uint64(120) {
				want := seq
				for plain[want+1] {
					want++
				}
				if got := set.pass(seq); got != want {
					t.Fatalf("seed %d: pass %d: %d, want %d", seed, seq, got, want)
				}
			}
			for i := 1; i < len(set.spans); i++ {
				if set.spans[i].first <= set.spans[i-1].last+1 {
					t.Fatalf("seed %d: spans touch: %v", seed, set.spans)
				}
			}
		}
	}
}

func TestFailuresAreBounded(t *testing.T) {
	var f failures
	failed := errors.New("failed")
	for i := range uint64(3 * maxFailures) {
		f.add(10*i+1, 10*i+3, failed)
	}
	if len(f.list) != maxFailures {
		t.Fatalf("%d failures", len(f.list))
	}
	last := uint64(10*(3*maxFailures-1) + 1)
	for seq, want := range map[uint64]error{1: failed, last: failed, last + 2: failed, last + 3: nil, last - 2: nil, last + 100: nil} {
		if got := f.find(seq, seq); !errors.Is(got, want) {
			t.Errorf("find %d: %v", seq, got)
		}
	}
}
