// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"sync"
	"time"
)

// calls is one side of a comparison: n calls.
type calls func(n int)

// turns runs two sides by turns, each of about the same time a turn, and returns the medians of nanoseconds a call.
// Which side begins changes from round to round.
func (b *run1) turns(ours, peer calls) (o, p float64) {
	rounds, turn := 21, 100*time.Millisecond
	if b.quick {
		rounds, turn = 9, 15*time.Millisecond
	}
	sides := [2]calls{ours, peer}
	var n [2]int
	for i, side := range sides {
		n[i] = calibrate(side, turn)
	}
	var took [2][]float64
	for round := range rounds {
		for k := range sides {
			i := (round + k) % 2
			began := time.Now()
			sides[i](n[i])
			took[i] = append(took[i], float64(time.Since(began).Nanoseconds())/float64(n[i]))
		}
	}
	return median(took[0]), median(took[1])
}

// fewest is with how many calls calibrate begins: enough for every goroutine of a side to have one.
const fewest = 64

// calibrate returns how many calls take about as long as a turn. The first ones, which may make files and connections,
// tell nothing about that, unless a single one is as long as a turn.
func calibrate(side calls, turn time.Duration) int {
	began := time.Now()
	side(1)
	if time.Since(began) > turn {
		return 1
	}
	side(fewest)
	for n := fewest; ; n *= 2 {
		began := time.Now()
		side(n)
		if took := time.Since(began); took > turn/4 || n > 1<<24 {
			return max(1, int(float64(n)*float64(turn)/float64(max(took, 1))))
		}
	}
}

func median(x []float64) float64 { return quantile(x, .5) }

func quantile(x []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[int(q*float64(len(s)-1))]
}

// parallel spreads calls over goroutines.
func parallel(goroutines int, one func()) calls {
	return func(n int) {
		var all sync.WaitGroup
		for g := range goroutines {
			share := (n + g) / goroutines
			all.Go(func() {
				for range share {
					one()
				}
			})
		}
		all.Wait()
	}
}

// serial repeats a call.
func serial(one func()) calls {
	return func(n int) {
		for range n {
			one()
		}
	}
}
