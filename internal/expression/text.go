// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted reads a string in single or double quotes, and its escapes.
func (l *lexer) quoted(quote byte) {
	start := l.at
	l.at++
	var b strings.Builder
	for l.at < len(l.source) && l.source[l.at] != '\n' {
		switch c := l.source[l.at]; c {
		case quote:
			l.at++
			l.emit(stringToken, b.String(), start)
			return
		case '\\':
			r, size := escape(l.source[l.at+1:], quote)
			if size == 0 {
				l.fail(l.at, "the string has a backslash that escapes nothing known", `write \\ for a backslash; \n, \t, \xHH, \uHHHH and \u{H} stand for other characters`)
				return
			}
			b.WriteRune(r)
			l.at += 1 + size
		case '\r':
			b.WriteByte('\n')
			l.at++
		default:
			r, size := utf8.DecodeRuneInString(l.source[l.at:])
			b.WriteRune(r)
			l.at += size
		}
	}
	l.fail(start, "the string does not end", "end it with "+string(quote))
}

// raw reads a string in backticks, within which two of them stand for one.
func (l *lexer) raw() {
	start := l.at
	l.at++
	var b strings.Builder
	for {
		part, rest, ok := strings.Cut(l.source[l.at:], "`")
		if !ok {
			l.fail(start, "the string does not end", "end it with `")
			return
		}
		b.WriteString(part)
		l.at += len(part) + 1
		if !strings.HasPrefix(rest, "`") {
			l.emit(stringToken, b.String(), start)
			return
		}
		b.WriteByte('`')
		l.at++
	}
}

// escape returns what the characters after a backslash stand for, and how many bytes they are: none if they are no escape.
func escape(s string, quote byte) (rune, int) {
	if s == "" {
		return 0, 0
	}
	switch c := s[0]; c {
	case '\\', quote:
		return rune(c), 1
	case 'a', 'b', 'f', 'n', 'r', 't', 'v':
		return rune("\a\b\f\n\r\t\v"[strings.IndexByte("abfnrtv", c)]), 1
	case '0', '1', '2', '3':
		return coded(s, 0, 3, 8)
	case 'x':
		return coded(s, 1, 2, 16)
	case 'U':
		return coded(s, 1, 8, 16)
	case 'u':
		if !strings.HasPrefix(s, "u{") {
			return coded(s, 1, 4, 16)
		}
		if end := strings.IndexByte(s, '}'); end > 2 && end <= 2+6 {
			r, size := coded(s, 2, end-2, 16)
			if size > 0 {
				size++
			}
			return r, size
		}
	}
	return 0, 0
}

// coded reads a character that is written as its number: digits of a base, from a byte on.
func coded(s string, from, digits, base int) (rune, int) {
	if len(s) < from+digits {
		return 0, 0
	}
	n, err := strconv.ParseUint(s[from:from+digits], base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0
	}
	return rune(n), from + digits
}
