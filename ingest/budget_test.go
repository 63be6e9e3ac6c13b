// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// TestBudgetShares: whoever takes all that they can get leaves something for the others.
func TestBudgetShares(t *testing.T) {
	const all, small, large = 1 << 20, 8 << 10, 128 << 10
	type taker struct {
		piece   int64
		keyless bool
	}
	for _, tt := range []struct {
		name        string
		greedy      taker
		most        int64
		then        taker
		thenAtLeast int64
	}{
		{"small ones with a key", taker{small, false}, all / 2, taker{large, false}, all / 2},
		{"small ones without a key", taker{small, true}, all / 4, taker{small, false}, all / 4},
		{"large ones without a key", taker{large, true}, all / 2, taker{small, false}, all / 2},
		{"large ones with a key", taker{large, false}, all, taker{small, false}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			take, give := ingest.NewBudget(all)
			grab := func(by taker) (n int64) {
				for take(by.piece, by.keyless) {
					n += by.piece
				}
				return n
			}
			got := grab(tt.greedy)
			if got != tt.most {
				t.Errorf("they get %d bytes, want %d", got, tt.most)
			}
			if n := grab(tt.then); n < tt.thenAtLeast {
				t.Errorf("the others get %d bytes, want %d", n, tt.thenAtLeast)
			} else {
				for ; n > 0; n -= tt.then.piece {
					give(tt.then.piece, tt.then.keyless)
				}
			}
			for n := got; n > 0; n -= tt.greedy.piece {
				give(tt.greedy.piece, tt.greedy.keyless)
			}
			if again := grab(tt.greedy); again != got {
				t.Errorf("after all was given back they get %d bytes, want %d", again, got)
			}
		})
	}
}
