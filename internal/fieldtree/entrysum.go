// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// entrySum is the sum of a field over the entries of an array.
type entrySum struct {
	tree Tree // finds the field in an entry, in slot 0
	slot int
}

// of sums over an array. Without the array, or without the field in one of the entries, the sum is missing. An entry that
// is no document, a field that is no number and an int out of range make it what no number is.
func (s *entrySum) of(elementType byte, array []byte) instruments.Value {
	switch {
	case elementType == bsondoc.TypeNull || elementType == bsondoc.TypeUndefined:
		return instruments.Value{}
	case elementType != bsondoc.TypeArray || len(array) < 5:
		return instruments.Other()
	}
	sum := instruments.Int(0)
	for rest := array[4:]; ; {
		entryType, _, entry, next, ok := bsondoc.Next(rest)
		if !ok {
			return sum
		}
		rest = next
		if entryType != bsondoc.TypeDocument {
			return instruments.Other()
		}
		var one [1]instruments.Value
		s.tree.Read(entry, &Found{Values: one[:]})
		if sum = sum.Plus(one[0]); sum.Kind() != instruments.KindInt && sum.Kind() != instruments.KindDouble {
			return sum
		}
	}
}
