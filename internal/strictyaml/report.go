// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"cmp"
	"slices"
	"strconv"
)

// Mistake is one mistake in a file.
type Mistake struct {
	Line    int    // from 1
	Column  int    // from 1, in characters
	Key     string // dotted path of the key, list entries by number; empty for the file as a whole
	Problem string // what is wrong
	Fix     string // what would be right; may be empty
}

// Report collects the mistakes of one file. It is not safe for concurrent use.
type Report struct {
	most     int
	mistakes []Mistake
	more     bool // something was left out because of most
	shut     bool // nothing that follows is worth reporting: it would only be a consequence
}

// NewReport returns a report that lists at most so many mistakes: a list that grows with a hostile file would cost many
// times the memory of the file.
func NewReport(most int) *Report { return &Report{most: most} }

// Add notes a mistake.
func (r *Report) Add(line, column int, key, problem, fix string) {
	switch {
	case r.shut:
	case len(r.mistakes) == r.most:
		r.more = true
	default:
		r.mistakes = append(r.mistakes, Mistake{
			Line: max(line, 1), Column: max(column, 1), Key: key, Problem: problem, Fix: fix,
		})
	}
}

// Full reports whether further mistakes would be left out, so that loops can skip costly checks.
func (r *Report) Full() bool { return r.shut || r.more }

// Mistakes returns the mistakes in the order of their positions. Where some were left out, the last one says so.
func (r *Report) Mistakes() []Mistake {
	all := slices.Clone(r.mistakes)
	slices.SortStableFunc(all, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if r.more {
		last := all[len(all)-1]
		all = append(all, Mistake{
			Line: last.Line, Column: last.Column,
			Problem: "there are more mistakes than the " + strconv.Itoa(r.most) + " listed here",
			Fix:     "correct these first",
		})
	}
	return all
}
