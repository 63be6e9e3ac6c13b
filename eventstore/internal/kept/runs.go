// SPDX-License-Identifier: Apache-2.0

package kept

import (
	"slices"
	"sort"
)

// span is a range of sequence numbers, both ends included.
type span struct{ first, last uint64 }

// runs are numbers as the index has them: the first one, how many follow each other from there, how many are left out, how
// many follow then, and so on.
type runs []uint64

// runsOf returns the runs of numbers, which it sorts.
func runsOf(seqs []uint64) (r runs) {
	slices.Sort(seqs)
	next := uint64(0)
	for _, seq := range slices.Compact(seqs) {
		switch {
		case r == nil:
			r = runs{seq, 1}
		case seq == next:
			r[len(r)-1]++
		default:
			r = append(r, seq-next, 1)
		}
		next = seq + 1
	}
	return r
}

// spans is the inverse of runsOf; false for what that does not return.
func (r runs) spans() (spans []span, ok bool) {
	const most = 1 << 62
	if len(r) == 0 || len(r)%2 != 0 {
		return nil, false
	}
	at := uint64(0)
	for i := 0; i < len(r); i += 2 {
		skip, n := r[i], r[i+1]
		if skip == 0 || n == 0 || skip > most || n > most || at > most {
			return nil, false
		}
		at += skip
		spans = append(spans, span{at, at + n - 1})
		at += n
	}
	return spans, true
}

// has reports whether a number is in one of the spans, which are in order.
func has(spans []span, seq uint64) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].last >= seq })
	return i < len(spans) && spans[i].first <= seq
}
