// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
)

// The exit codes.
const (
	// ExitOK: the work was done, and its answer is yes.
	ExitOK = 0
	// ExitFailed: the work was done, and its answer is no: mistakes in a map, a change that breaks something, a check
	// that failed.
	ExitFailed = 1
	// ExitError: the work could not be done, or not to its end: wrong usage, a file that cannot be read, a server that
	// does not answer, an interruption.
	ExitError = 2
)

// Failed is the error of a command whose answer is no.
type Failed struct {
	// Summary is written to the standard error; empty when the output has said everything.
	Summary string
}

func (f *Failed) Error() string { return f.Summary }

// Failedf returns a [Failed] with a summary.
func Failedf(format string, args ...any) error { return &Failed{Summary: fmt.Sprintf(format, args...)} }

// exitCode returns the code for what a command returned.
func exitCode(err error) int {
	var failed *Failed
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &failed):
		return ExitFailed
	default:
		return ExitError
	}
}
