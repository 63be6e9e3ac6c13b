// SPDX-License-Identifier: Apache-2.0

// Package regexdialect translates the patterns of an event map from RE2 to the syntax of another regular expression engine.
// The output uses only constructs that the other engine reads as RE2 does. A pattern that needs another construct is an error.
package regexdialect

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
)

// Dialect is the syntax of an engine.
type Dialect int

// The engines.
const (
	// PCRE is that of MongoDB's servers: PCRE and PCRE2 (https://www.pcre.org/current/doc/html/pcre2pattern.html) with UTF-8 and
	// no other flags. Whether \b knows letters beyond ASCII depends on the server's version.
	PCRE Dialect = iota
	// ECMAScript is JavaScript's, with the flag u and no other (https://tc39.es/ecma262/#sec-patterns).
	ECMAScript
)

// Translate returns a pattern that finds something in the texts in which RE2 finds something by the one given. The error names
// the construct that the engine lacks, or reads otherwise.
func Translate(pattern string, to Dialect) (string, error) {
	re, err := syntax.Parse(pattern, syntax.Perl) // as package regexp does
	if err != nil {
		return "", err
	}
	w := writer{dialect: to}
	if err := w.expression(re); err != nil {
		return "", err
	}
	return w.String(), nil
}

type writer struct {
	strings.Builder
	dialect Dialect
}

func (w *writer) expression(re *syntax.Regexp) error {
	switch re.Op {
	case syntax.OpNoMatch:
		w.WriteString("[^" + w.escaped(0) + "-" + w.escaped(unicode.MaxRune) + "]")
	case syntax.OpEmptyMatch:
		w.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			w.literal(r, re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		return w.class(re.Rune)
	case syntax.OpAnyCharNotNL:
		w.WriteString(`[^\n]`)
	case syntax.OpAnyChar:
		return w.class([]rune{0, unicode.MaxRune})
	case syntax.OpBeginText:
		w.WriteString("^")
	case syntax.OpEndText:
		if w.dialect == PCRE {
			w.WriteString(`\z`) // its $ is before a last line break, too
		} else {
			w.WriteString("$")
		}
	case syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		if w.dialect == PCRE {
			return fmt.Errorf(`\b and \B: whether they know letters beyond ASCII depends on the version of the server`)
		}
		w.WriteString(map[syntax.Op]string{syntax.OpWordBoundary: `\b`, syntax.OpNoWordBoundary: `\B`}[re.Op])
	case syntax.OpBeginLine, syntax.OpEndLine:
		return fmt.Errorf("^ and $ with the flag m: what else than a line feed ends a line depends on the engine")
	case syntax.OpCapture:
		return w.group(re.Sub[0])
	case syntax.OpStar:
		return w.repeated(re, "*")
	case syntax.OpPlus:
		return w.repeated(re, "+")
	case syntax.OpQuest:
		return w.repeated(re, "?")
	case syntax.OpRepeat:
		switch {
		case re.Max < 0:
			return w.repeated(re, fmt.Sprintf("{%d,}", re.Min))
		case re.Max == re.Min:
			return w.repeated(re, fmt.Sprintf("{%d}", re.Min))
		default:
			return w.repeated(re, fmt.Sprintf("{%d,%d}", re.Min, re.Max))
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if err := w.expression(sub); err != nil {
				return err
			}
		}
	case syntax.OpAlternate:
		w.WriteString("(?:")
		for i, sub := range re.Sub {
			if i > 0 {
				w.WriteByte('|')
			}
			if err := w.expression(sub); err != nil {
				return err
			}
		}
		w.WriteByte(')')
	default:
		return fmt.Errorf("%s", re.Op)
	}
	return nil
}

func (w *writer) group(re *syntax.Regexp) error {
	w.WriteString("(?:")
	err := w.expression(re)
	w.WriteByte(')')
	return err
}

// repeated writes an expression and how often it comes. Whether it takes much or little changes what is found, and not whether.
func (w *writer) repeated(re *syntax.Regexp, times string) error {
	sub, write := re.Sub[0], w.group
	if sub.Op == syntax.OpCharClass || sub.Op == syntax.OpAnyCharNotNL || sub.Op == syntax.OpAnyChar || sub.Op == syntax.OpLiteral && len(sub.Rune) == 1 ||
		sub.Op == syntax.OpCapture || sub.Op == syntax.OpAlternate {
		write = w.expression // which is one unit as it is written
	}
	err := write(sub)
	w.WriteString(times)
	return err
}

// literal writes a character, or each that differs from it in case alone.
func (w *writer) literal(r rune, fold bool) {
	var orbit []rune
	if fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			orbit = append(orbit, f)
		}
	}
	if len(orbit) == 0 {
		w.char(r, `^$\.*+?()[]{}|/`)
		return
	}
	w.WriteByte('[')
	for _, c := range append(orbit, r) {
		w.char(c, `\[]^-`)
	}
	w.WriteByte(']')
}

// class writes a set of characters, as pairs of the first and the last of a range.
func (w *writer) class(ranges []rune) error {
	if len(ranges) == 0 {
		return w.expression(&syntax.Regexp{Op: syntax.OpNoMatch})
	}
	w.WriteByte('[')
	for i := 0; i < len(ranges); i += 2 {
		first, last := ranges[i], ranges[i+1]
		if surrogate(first) || surrogate(last) {
			return fmt.Errorf("a set of characters that begins or ends among the surrogates, which are none")
		}
		w.char(first, `\[]^-`)
		if last > first {
			w.WriteByte('-')
			w.char(last, `\[]^-`)
		}
	}
	w.WriteByte(']')
	return nil
}

func surrogate(r rune) bool { return 0xD800 <= r && r <= 0xDFFF }

// char writes a character. special are those that mean something else where it stands.
func (w *writer) char(r rune, special string) {
	switch {
	case strings.ContainsRune(special, r):
		w.WriteByte('\\')
		w.WriteRune(r)
	case unicode.IsPrint(r) && r != unicode.ReplacementChar:
		w.WriteRune(r)
	default:
		w.WriteString(w.escaped(r))
	}
}

func (w *writer) escaped(r rune) string {
	if w.dialect == PCRE {
		return fmt.Sprintf(`\x{%x}`, r)
	}
	return fmt.Sprintf(`\u{%x}`, r)
}
