// SPDX-License-Identifier: Apache-2.0

package suppression

import (
	"bytes"
	"slices"
)

// MaxUsers bounds a list: 16 MB of memory in each process.
const MaxUsers = 1_000_000

// entry is the part of a hash that a set holds. Two of a million users share it once in 10^26 lists.
type entry [16]byte

// Set is a set of users, by their hashes. It never changes. The zero value is empty.
type Set struct {
	sorted []entry
}

// NewSet returns the set of hashes, in any order, each of them once or several times.
func NewSet(hashes []Hash) Set {
	sorted := make([]entry, len(hashes))
	for i := range hashes {
		copy(sorted[i][:], hashes[i][:])
	}
	return newSet(sorted)
}

func newSet(entries []entry) Set {
	slices.SortFunc(entries, compare)
	return Set{slices.Compact(entries)}
}

// Len returns the number of users.
func (s Set) Len() int { return len(s.sorted) }

// Has reports whether a user is in the set.
func (s Set) Has(h Hash) bool {
	_, found := slices.BinarySearchFunc(s.sorted, entry(h[:16]), compare)
	return found
}

func compare(a, b entry) int { return bytes.Compare(a[:], b[:]) }
