// SPDX-License-Identifier: Apache-2.0

package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	maxQuoted     = 60     // characters of the file that a message repeats
	maxShort      = 100    // bytes of what a caller gave that a message repeats
	maxListed     = 12     // names that a message lists
	maxCandidates = 10_000 // names that a typo is compared with
	maxTypo       = 64     // bytes of the longest name that is compared
)

// Quote repeats a piece of the file in a message, on one line and not too long.
func Quote(s string) string { return strconv.Quote(shorten(s)) }

// Quoteless is Quote for what needs no quotes.
func Quoteless(s string) string {
	q := Quote(s)
	return q[1 : len(q)-1]
}

// Short makes a name or a value that somebody gave fit for a message: at most 100 bytes of it.
func Short(s string) string {
	if len(s) > maxShort {
		return strings.ToValidUTF8(s[:maxShort], "") + "…"
	}
	return s
}

func shorten(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxQuoted {
			return s[:i] + "…"
		}
	}
	return s
}

// Thousands writes a number as 1,234,567.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// List writes names one after the other; more than a few are left out.
func List(names []string) string {
	shown := names[:min(len(names), maxListed)]
	quoted := make([]string, len(shown))
	for i, name := range shown {
		quoted[i] = Quoteless(name)
	}
	s := strings.Join(quoted, ", ")
	if rest := len(names) - len(shown); rest > 0 {
		s += " and " + Thousands(rest) + " more"
	}
	return s
}

// Suggest says what was probably meant, and what there is.
func Suggest(name string, known []string, what string) string {
	s := what + ": " + List(known)
	if len(known) == 0 {
		s = "there are no " + what
	}
	if near, ok := Nearest(name, known); ok {
		s = "did you mean " + Quote(near) + "? " + s
	}
	return s
}

// Nearest returns the known name with the fewest typing mistakes to name: at most one in three letters,
// the case of letters not counted.
func Nearest(name string, known []string) (string, bool) {
	best, found := "", false
	limit := min(len(name)/3, 3) + 1
	if len(name) > maxTypo {
		return "", false
	}
	name = strings.ToLower(name)
	for _, k := range known[:min(len(known), maxCandidates)] {
		if len(k) > maxTypo || len(k)-len(name) >= limit || len(name)-len(k) >= limit {
			continue
		}
		if d := distance(name, strings.ToLower(k)); d < limit {
			best, found, limit = k, true, d
		}
	}
	return best, found
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

// Control reports whether s holds a control character, which no name may.
func Control(s string) bool {
	return slices.ContainsFunc([]rune(s), func(c rune) bool { return c < 0x20 || c >= 0x7f && c < 0xa0 })
}

// Of returns the words of values, which they have as text.
func Of[T fmt.Stringer](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = v.String()
	}
	return all
}
