// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"strings"
	"unicode/utf8"
)

// check makes a function of one that answers a question about two strings.
func check(of func(s, other string) bool) func(a, b value) value {
	return func(a, b value) value {
		if a.kind != text || b.kind != text {
			return value{}
		}
		return boolValue(of(a.str(), b.str()))
	}
}

// edit makes a function of one that returns a string for two.
func edit(with func(s, other string) string) func(a, b value) value {
	return func(a, b value) value {
		switch {
		case a.kind != text:
			return value{}
		case b.kind == text:
			return textValue(with(a.str(), b.str()))
		case b.kind == null:
			return textValue(with(a.str(), ""))
		default:
			return value{}
		}
	}
}

func lower(s, _ string) string { return strings.ToLower(s) }
func upper(s, _ string) string { return strings.ToUpper(s) }

// trim takes off the characters of a second string or, without one, white space.
func trim(a, b value) value {
	switch {
	case a.kind != text:
		return value{}
	case b.kind == null:
		return textValue(strings.TrimSpace(a.str()))
	case b.kind == text:
		return textValue(strings.Trim(a.str(), b.str()))
	default:
		return value{}
	}
}

// length counts the characters of a string, and the items of a list or a mapping.
func length(a, _ value) value {
	switch a.kind {
	case text:
		return intValue(characters(a.str()))
	case list, mapping:
		return intValue(int64(len(a.many().items) + len(a.many().keyed)))
	default:
		return value{}
	}
}

// characters counts the characters of a string. A byte that is no UTF-8 is one.
func characters(s string) int64 { return int64(utf8.RuneCountInString(s)) }

// part returns the characters of a string from one number to another, of so many.
func part(s string, from, to, size int) string {
	if size == len(s) {
		return s[from:to]
	}
	begin, end, n := len(s), len(s), 0
	for at := range s {
		if n == from {
			begin = at
		}
		if n == to {
			end = at
			break
		}
		n++
	}
	return s[begin:end]
}
