// SPDX-License-Identifier: Apache-2.0

// Package historytest makes random event maps, and random events for them. Only tests use it.
//
//	r := historytest.Random{Rand: rand.New(rand.NewPCG(seed, 0))}
//	m, text := r.Map(t)
//	err := client.Track(ctx, r.Event())
package historytest
