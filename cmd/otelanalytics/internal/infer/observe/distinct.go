// SPDX-License-Identifier: Apache-2.0

package observe

import (
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// hash is the same on every machine and in every process.
func hash(text []byte) uint64 { return xxhash.Sum64(text) }

// exactUpTo is how many different things are counted exactly.
const exactUpTo = 128

// distinct counts different things by the smallest of their hashes, in order.
type distinct struct{ smallest []uint64 }

// add adds the hash of a thing.
func (d *distinct) add(h uint64) {
	at, there := slices.BinarySearch(d.smallest, h)
	switch {
	case there || at == exactUpTo:
	case len(d.smallest) == exactUpTo:
		copy(d.smallest[at+1:], d.smallest[at:])
		d.smallest[at] = h
	default:
		d.smallest = slices.Insert(d.smallest, at, h)
	}
}

// count returns how many different things there were, and whether that is exact. An estimate has two significant digits; its relative
// standard error is 9 %.
func (d *distinct) count() (n int64, exact bool) {
	if len(d.smallest) < exactUpTo {
		return int64(len(d.smallest)), true
	}
	kth := float64(d.smallest[exactUpTo-1]) / math.MaxUint64
	estimate := (exactUpTo - 1) / kth
	unit := math.Pow(10, math.Floor(math.Log10(estimate))-1)
	return int64(math.Round(estimate/unit) * unit), false
}

// enough is how many users must have sent a value before it is shown.
const enough = 20

// few is a set of up to enough hashes.
type few struct {
	hashes []uint32 // half of each: two users that meet count as one, so that a value is shown later
	full   bool
}

func (f *few) add(h uint64) {
	if f.full || slices.Contains(f.hashes, uint32(h)) {
		return
	}
	if f.hashes = append(f.hashes, uint32(h)); len(f.hashes) == enough {
		f.hashes, f.full = nil, true
	}
}
