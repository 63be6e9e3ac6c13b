// SPDX-License-Identifier: Apache-2.0

package config

import "strings"

// suggest says what was probably meant, and what is known.
func suggest(word string, known []string) string {
	s := "known: " + strings.Join(known, ", ")
	if near, ok := nearest(word, known); ok {
		s = "did you mean " + near + "? " + s
	}
	return s
}

// maxTypo is the longest word that is compared with others.
const maxTypo = 100

// nearest returns the known word with the fewest typing mistakes to the given one: at most one in three
// letters, the case of letters not counted.
func nearest(word string, known []string) (string, bool) {
	if len(word) > maxTypo {
		return "", false
	}
	best, limit := "", min(len(word)/3, 3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < limit {
			best, limit = k, d
		}
	}
	return best, best != ""
}

// distance counts the letters to insert, delete, replace or swap with their neighbour to turn a into b
// (optimal string alignment).
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// shortened makes a name that the caller chose fit for a message.
func shortened(name string) string {
	const longest = 100
	if len(name) > longest {
		return strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return name
}
