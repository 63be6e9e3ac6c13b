// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"cmp"
	"slices"
	"strconv"
)

// maxErrors bounds the list of mistakes. A file with more is not an event map, and a list that grows
// with a hostile file would cost many times the memory of the file.
const maxErrors = 1000

// report collects the mistakes of one file.
type report struct {
	file string
	errs Errors
	more bool // something was left out because of maxErrors
	shut bool // nothing that follows is worth reporting: it would only be a consequence
}

// add notes a mistake.
func (r *report) add(line, column int, key, problem, fix string) {
	switch {
	case r.shut:
	case len(r.errs) == maxErrors:
		r.more = true
	default:
		r.errs = append(r.errs, &Error{
			File: r.file, Line: max(line, 1), Column: max(column, 1), Key: key, Problem: problem, Fix: fix,
		})
	}
}

// full reports whether further mistakes would be left out, so that loops can skip costly checks.
func (r *report) full() bool { return r.shut || r.more }

// result returns the mistakes in order of their positions, or nil.
func (r *report) result() error {
	if len(r.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(r.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if r.more {
		last := r.errs[len(r.errs)-1]
		r.errs = append(r.errs, &Error{
			File: r.file, Line: last.Line, Column: last.Column,
			Problem: "there are more mistakes than the " + strconv.Itoa(maxErrors) + " listed here",
			Fix:     "mend these first",
		})
	}
	return r.errs
}
