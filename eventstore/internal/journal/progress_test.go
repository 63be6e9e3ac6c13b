// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"math/rand/v2"
	"testing"
)

// TestProgress settles, finishes and loses numbers at random and holds each answer against a plain table.
func TestProgress(t *testing.T) {
	const n = 40
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		var p progress
		p.start(0, ranges{})
		var done, lost [n + 2]bool
		for range 25 {
			first := uint64(r.IntN(n)) + 1
			last := min(first+uint64(r.IntN(5)), n)
			switch r.IntN(5) {
			case 0:
				front := p.next() - 1
				p.markLost(first, last)
				for i := max(first, front+1); i <= last; i++ {
					lost[i] = lost[i] || !done[i]
				}
			case 1:
				p.finish(first)
				for i := uint64(1); i <= first; i++ {
					done[i] = true
				}
			default:
				p.settle(first, last)
				for i := first; i <= last; i++ {
					done[i] = done[i] || !lost[i]
				}
			}
			checkpoint, undone, losses := uint64(0), uint64(0), uint64(0)
			for i := uint64(1); i <= n; i++ {
				if checkpoint == i-1 && (done[i] || lost[i]) {
					checkpoint = i
				}
				if !done[i] && !lost[i] {
					undone++
				}
				if lost[i] {
					losses++
				}
			}
			now := p.snapshot()
			if now.checkpoint != checkpoint || now.lost != losses || n-now.checkpoint-now.ahead != undone || p.undone(1, n) != undone {
				t.Fatalf("seed %d: %+v, %d not done; want checkpoint %d, %d lost, %d not done",
					seed, now, p.undone(1, n), checkpoint, losses, undone)
			}
			for i := uint64(1); i <= n; i++ {
				if seq, ok := p.firstLost(i, i); ok != lost[i] || ok && seq != i {
					t.Fatalf("seed %d: %d lost: %v, want %v", seed, i, ok, lost[i])
				}
			}
			if checkpoint == n && len(p.settled.spans) > 0 {
				t.Fatalf("seed %d: everything is done, and %v is kept", seed, p.settled.spans)
			}
		}
	}
}
