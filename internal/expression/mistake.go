// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"strconv"
	"unicode/utf8"
)

// language is the fix of a mistake that has no better one.
const language = "write an expression such as data.amount > 0; see the section Expressions of docs/event-map.md"

// mistakeAt returns the error of a mistake at a byte of the source. fix may be empty.
func mistakeAt(source string, at int, problem, fix string) *Error {
	if fix == "" {
		fix = language
	}
	character := utf8.RuneCountInString(source[:at]) + 1
	return &Error{"the expression does not compile at its character " + strconv.Itoa(character) + ": " + problem, fix}
}
