// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"errors"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

const (
	badNumber   = " is not written as a number"
	numberForms = "write it such as 10, 1.5 or 1e6; text is written in quotes"
)

// number reads a literal such as 1_000, 0xFF, 0o17, 0b1, .5 or 1e-3.
func (l *lexer) number() {
	start := l.at
	digits := "0123456789_"
	if rest := l.source[l.at:]; len(rest) > 1 && rest[0] == '0' {
		switch rest[1] {
		case 'x', 'X':
			digits = "0123456789abcdefABCDEF_"
		case 'o', 'O':
			digits = "01234567_"
		case 'b', 'B':
			digits = "01_"
		}
		if digits != "0123456789_" {
			l.at += 2
		}
	}
	among := func(set string) func(rune) bool {
		return func(r rune) bool { return strings.ContainsRune(set, r) }
	}
	l.skip(among(digits))
	if rest := l.source[l.at:]; strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, "..") {
		l.at++
		l.skip(among(digits))
	}
	if rest := l.source[l.at:]; rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		l.at++
		if rest = rest[1:]; rest != "" && (rest[0] == '+' || rest[0] == '-') {
			l.at++
		}
		l.skip(among(digits))
	}
	if end := l.at; end < len(l.source) {
		if l.skip(alphanumeric); l.at > end {
			l.fail(start, "the number "+words.Short(l.source[start:l.at])+badNumber, numberForms)
			return
		}
	}
	l.emit(numberToken, l.source[start:l.at], start)
}

// numberOf returns the value of a literal, or what is wrong with it, and what would be right.
func numberOf(literal string) (v value, problem, fix string) {
	text := strings.ReplaceAll(literal, "_", "")
	lower := strings.ToLower(text)
	var err error
	if !strings.HasPrefix(lower, "0x") && strings.ContainsAny(lower, ".e") {
		var d float64
		d, err = strconv.ParseFloat(text, 64)
		v = doubleValue(d)
	} else {
		base := 10
		if len(lower) > 1 && strings.ContainsRune("xob", rune(lower[1])) {
			base = 0
		}
		var i int64
		i, err = strconv.ParseInt(text, base, 64)
		v = intValue(i)
	}
	switch {
	case err == nil:
		return v, "", ""
	case errors.Is(err, strconv.ErrRange):
		return v, "the number " + words.Short(literal) + " is out of range", "an int is at most 9223372036854775807, a double at most 1.797e308"
	default:
		return v, "the number " + words.Short(literal) + badNumber, numberForms
	}
}
