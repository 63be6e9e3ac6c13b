// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"slices"
	"strconv"
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

// exported is camel for names that stand alone, which begin with an upper-case letter.
func exported(name string) string {
	s := camel(name)
	if first, _ := utf8.DecodeRuneInString(s); !unicode.IsUpper(first) {
		return "X" + s
	}
	return s
}

// scope are the names that are taken in a package or a struct.
type scope map[string]bool

func newScope(reserved ...string) scope {
	s := make(scope, len(reserved))
	for _, name := range reserved {
		s[name] = true
	}
	return s
}

// take returns name, or, when that is taken, name with the suffix, or with a number.
func (s scope) take(name, suffix string) string {
	free := name
	for i := 1; s[free]; i++ {
		free = name + suffix
		if i > 1 {
			free += strconv.Itoa(i)
		}
	}
	s[free] = true
	return free
}
