// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// initialisms are written in capitals, as Go programs do.
var initialisms = []string{"API", "CPU", "DNS", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "JWT", "SQL", "TLS", "TTL", "UI", "URI", "URL", "UUID", "XML"}

// camel turns a name of the map into an exported Go name. Names without a letter or a digit are empty.
func camel(name string) string {
	var b strings.Builder
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if upper := strings.ToUpper(w); slices.Contains(initialisms, upper) {
			b.WriteString(upper)
			continue
		}
		first, n := utf8.DecodeRuneInString(w)
		b.WriteRune(unicode.ToUpper(first))
		b.WriteString(w[n:])
	}
	return b.String()
}

// constant is camel for a value: a sign before a digit counts, and a value without a letter or a digit is spelled.
func constant(text string) string {
	if len(text) > 1 && (text[0] == '+' || text[0] == '-') && '0' <= text[1] && text[1] <= '9' {
		return spelled(text[:1]) + camel(text[1:])
	}
	if s := camel(text); s != "" {
		return s
	}
	return spelled(text)
}

// spelled names the characters of a value.
func spelled(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch c {
		case '+':
			b.WriteString("Plus")
		case '-':
			b.WriteString("Minus")
		default:
			fmt.Fprintf(&b, "U%04X", c)
		}
	}
	return b.String()
}

// exported is camel for names that stand alone, which begin with an upper-case letter.
func exported(name string) string {
	s := camel(name)
	if first, _ := utf8.DecodeRuneInString(s); !unicode.IsUpper(first) {
		return "X" + s
	}
	return s
}
