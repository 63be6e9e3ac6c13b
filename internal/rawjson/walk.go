// SPDX-License-Identifier: Apache-2.0

package rawjson

import "iter"

// Member is a name and a value of an object.
type Member struct {
	Name  string
	Value []byte // valid JSON
}

// Elements are the elements of an array, as they were sent: parts of array, which is valid JSON.
func Elements(array []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := first(array); array[i] != ']'; i = next(array, i) {
			end := skipValue(array, i)
			if !yield(array[i:end:end]) {
				return
			}
			i = end
		}
	}
}

// Members are the names and values of an object's members, in the order in which they were sent. The values, and most names, are
// parts of object, which is valid JSON.
func Members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for i := first(object); object[i] != '}'; i = next(object, i) {
			colon, escaped := skipString(object, i)
			name := unquoted(object[i:colon:colon], escaped)
			i = skipSpace(object, skipSpace(object, colon)+1)
			end := skipValue(object, i)
			if !yield(name, object[i:end:end]) {
				return
			}
			i = end
		}
	}
}

// first returns the index of the first element or member, or of the closing bracket.
func first(text []byte) int { return skipSpace(text, skipSpace(text, 0)+1) }

// next returns the index of the element or the member behind the one that ended before i, or of the closing bracket.
func next(text []byte, i int) int {
	i = skipSpace(text, i)
	if text[i] == ',' {
		return skipSpace(text, i+1)
	}
	return i
}
