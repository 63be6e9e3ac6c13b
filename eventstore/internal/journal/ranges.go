// SPDX-License-Identifier: Apache-2.0

package journal

import "sort"

// span is a range of sequence numbers, both ends included.
type span struct{ first, last uint64 }

// ranges is a set of sequence numbers as sorted spans that do not touch.
type ranges struct{ spans []span }

// add adds a span and returns how many numbers of it are new.
func (r *ranges) add(first, last uint64) uint64 {
	if first > last {
		return 0
	}
	added := last - first + 1
	// lo is the first span that reaches first-1, hi the first behind last+1.
	lo := sort.Search(len(r.spans), func(i int) bool { return r.spans[i].last+1 >= first })
	hi := lo
	merged := span{first, last}
	for ; hi < len(r.spans) && r.spans[hi].first <= last+1; hi++ {
		s := r.spans[hi]
		if from, to := max(s.first, first), min(s.last, last); from <= to {
			added -= to - from + 1
		}
		merged.first = min(merged.first, s.first)
		merged.last = max(merged.last, s.last)
	}
	if hi == lo {
		r.spans = append(r.spans, span{})
		copy(r.spans[lo+1:], r.spans[lo:])
		r.spans[lo] = merged
		return added
	}
	r.spans[lo] = merged
	r.spans = append(r.spans[:lo+1], r.spans[hi:]...)
	return added
}

// pass returns the last number of the span that begins at or includes seq+1,
// or seq when it is not in the set.
func (r *ranges) pass(seq uint64) uint64 {
	i := sort.Search(len(r.spans), func(i int) bool { return r.spans[i].last > seq })
	if i < len(r.spans) && r.spans[i].first <= seq+1 {
		return r.spans[i].last
	}
	return seq
}

// beyond counts the numbers in the set that are above seq.
func (r *ranges) beyond(seq uint64) uint64 {
	n := uint64(0)
	for _, s := range r.spans {
		if s.last > seq {
			n += s.last - max(s.first, seq+1) + 1
		}
	}
	return n
}

// count counts the numbers in the set from first to last.
func (r *ranges) count(first, last uint64) (n uint64) {
	for i := r.reaching(first); i < len(r.spans) && r.spans[i].first <= last; i++ {
		n += min(r.spans[i].last, last) - max(r.spans[i].first, first) + 1
	}
	return n
}

// first returns the first number in the set from first to last.
func (r *ranges) first(first, last uint64) (seq uint64, ok bool) {
	i := r.reaching(first)
	if i == len(r.spans) || r.spans[i].first > last {
		return 0, false
	}
	return max(r.spans[i].first, first), true
}

// gaps returns what of the numbers from first to last is not in the set.
func (r *ranges) gaps(first, last uint64) (gaps []span) {
	for i := r.reaching(first); i < len(r.spans) && r.spans[i].first <= last; i++ {
		if s := r.spans[i]; s.first > first {
			gaps = append(gaps, span{first, s.first - 1})
		}
		first = r.spans[i].last + 1
	}
	if first <= last {
		gaps = append(gaps, span{first, last})
	}
	return gaps
}

// drop takes the numbers up to seq out of the set.
func (r *ranges) drop(seq uint64) {
	n := r.reaching(seq + 1)
	r.spans = append(r.spans[:0], r.spans[n:]...)
	if len(r.spans) > 0 {
		r.spans[0].first = max(r.spans[0].first, seq+1)
	}
}

// reaching returns the index of the first span that ends at seq or behind it.
func (r *ranges) reaching(seq uint64) int {
	return sort.Search(len(r.spans), func(i int) bool { return r.spans[i].last >= seq })
}

// failures are the spans whose fsync failed, each with its error.
type failures struct{ list []failure }

type failure struct {
	span
	err error
}

// maxFailures bounds the memory of a disk that fails every other fsync. Beyond
// it the two oldest become one, and what lies between them is reported as
// failed too: the safe side.
const maxFailures = 1024

// add adds a span behind all others.
func (f *failures) add(first, last uint64, err error) {
	if first > last {
		return
	}
	if n := len(f.list); n > 0 && f.list[n-1].last+1 >= first {
		f.list[n-1].last = max(f.list[n-1].last, last)
		return
	}
	f.list = append(f.list, failure{span{first, last}, err})
	if len(f.list) > maxFailures {
		f.list[1].first = f.list[0].first
		f.list = append(f.list[:0], f.list[1:]...)
	}
}

// find returns the error of the first fsync that failed for any of the numbers
// from first to last, nil when there is none.
func (f *failures) find(first, last uint64) error {
	i := sort.Search(len(f.list), func(i int) bool { return f.list[i].last >= first })
	if i < len(f.list) && f.list[i].first <= last {
		return f.list[i].err
	}
	return nil
}
