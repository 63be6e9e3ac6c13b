// SPDX-License-Identifier: Apache-2.0

package ingest

import "sync/atomic"

// budget bounds the bytes of all bodies that are held at once. Two shares of it have bounds of their own, so that nobody shuts out
// the others: requests whose headers have no key have half of everything, and small pieces half, too, because many small bodies cost
// more than their bytes.
type budget struct {
	max          int64
	held         atomic.Int64
	keyless      atomic.Int64 // of held
	small        atomic.Int64 // of held
	keylessSmall atomic.Int64 // of small
}

// smallPart is the part of the budget up to which a piece is small.
const smallPart = 16

// take takes a piece of n bytes.
func (b *budget) take(n int64, keyless bool) bool {
	ok := b.held.Add(n) <= b.max
	if keyless {
		ok = b.keyless.Add(n) <= b.max/2 && ok
	}
	if small := n <= b.max/smallPart; small {
		ok = b.small.Add(n) <= b.max/2 && ok
		if keyless {
			ok = b.keylessSmall.Add(n) <= b.max/4 && ok
		}
	}
	if !ok {
		b.give(n, keyless)
	}
	return ok
}

// give gives a piece back.
func (b *budget) give(n int64, keyless bool) {
	if keyless {
		b.shown(n)
	}
	b.held.Add(-n)
	if n <= b.max/smallPart {
		b.small.Add(-n)
	}
}

// shown notes that a piece belongs to a request that has shown a key after all.
func (b *budget) shown(n int64) {
	b.keyless.Add(-n)
	if n <= b.max/smallPart {
		b.keylessSmall.Add(-n)
	}
}
