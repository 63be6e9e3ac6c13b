// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
)

// Error is one mistake in an event map.
type Error struct {
	File    string // as it was given; "event map" for Parse
	Line    int    // from 1
	Column  int    // from 1, in characters
	Key     string // dotted path of the key, list entries by number; empty for the file as a whole
	Problem string // what is wrong
	Fix     string // what would be right; may be empty
}

// Error formats the mistake as FILE:LINE:COLUMN: KEY: PROBLEM; FIX, without the parts that are empty.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column) + ": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Problem)
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// Errors lists every mistake in an event map, sorted by position. The Parse functions return it for wrong content.
// errors.As finds it, and also a single *Error in it.
type Errors []*Error

// Error formats the mistakes, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the mistakes one by one, so that errors.Is and errors.As find them.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// maxErrors bounds the list of mistakes. A file with more is not an event map.
const maxErrors = 1000

func newErrors(file string, mistakes []strictyaml.Mistake) Errors {
	errs := make(Errors, len(mistakes))
	for i, m := range mistakes {
		errs[i] = &Error{File: file, Line: m.Line, Column: m.Column, Key: m.Key, Problem: m.Problem, Fix: m.Fix}
	}
	return errs
}
