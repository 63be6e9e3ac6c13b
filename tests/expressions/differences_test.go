// SPDX-License-Identifier: Apache-2.0

package expressions

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/internal/expression"
)

// refusedOnPurpose are parts of the errors of what the library compiles and the evaluator of the map does not.
var refusedOnPurpose = []string{
	"out of range: an int has 64 bits",        // constants whose result wraps around in the library
	"% 0 has no result",                       // fails in the library whatever the event, too, unless it sees two literals
	"bytes are not read in an expression",     // b"...": no field of an event has bytes
	"in looks into a list, not into a string", // fails in the library whatever the event
	"nests too deep",                          // more than 500 levels
	"joins text more than",                    // counted where the type is not known, too
}

func mayRefuse(err error) bool {
	for _, part := range refusedOnPurpose {
		if strings.Contains(err.Error(), part) {
			return true
		}
	}
	return false
}

var slice = regexp.MustCompile(`\[[^\]]*:`)

// wide reports whether a text has characters of more than one byte.
func wide(source string, e event) bool {
	for _, v := range e {
		if s, ok := v.(string); ok {
			source += s
		}
	}
	return utf8.RuneCountInString(source) < len(source)
}

var decides = regexp.MustCompile(`\b(and|or)\b|&&|\|\|`)

// mayDiffer reports whether two results may differ.
func mayDiffer(source string, e event, got, want string) bool {
	switch {
	case slice.MatchString(source) && wide(source, e):
		// The library cuts text by bytes.
		return true
	case got == expression.ErrFailed.Error() && (extreme(e) || strings.Contains(source, "e300") || strings.Contains(source, "922337203685477580")):
		// An int that is out of range: the library wraps around, or takes any int.
		return true
	case got == expression.ErrFailed.Error() && strings.Contains(source, "int(") && strings.ContainsAny(source, "/^*"):
		// The int of a double that a division or a power has made infinite, or no number.
		return true
	case strings.Contains(source, "?? nil") && strings.Contains(source, " in ['"):
		// The library finds nil among strings as "", and fails for numbers among strings.
		return true
	case want == expression.ErrFailed.Error() && decides.MatchString(source):
		// A constant on one side of "and" and "or" decides: the library knows fewer constants, such as 1 != 2.
		return true
	case want == expression.ErrFailed.Error() && strings.Contains(source, "nil") && strings.Contains(source, "="):
		// The library fails when it compares two values of which it expects ints or strings, and one is nil.
		return true
	case want == expression.ErrFailed.Error() && (strings.Contains(source, "max(") || strings.Contains(source, "min(")):
		// The library takes max(1, 2.5) for an int, and fails when it compares it with one.
		return true
	default:
		return false
	}
}

// extreme reports whether an event has a number near to the end of its range, or that is none.
func extreme(e event) bool {
	for _, v := range e {
		switch n := v.(type) {
		case int64:
			if n > math.MaxInt32 || n < math.MinInt32 {
				return true
			}
		case float64:
			if !(math.Abs(n) < math.MaxInt32) {
				return true
			}
		}
	}
	return false
}
