// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// lexer splits an expression into tokens.
type lexer struct {
	source string
	at     int // the next byte
	tokens []token
	err    *Error // the first mistake
}

// lex returns the tokens of an expression, the last of which is an endToken.
func lex(source string) ([]token, *Error) {
	l := lexer{source: source}
	for l.at < len(source) && l.err == nil {
		l.next()
	}
	_, last := utf8.DecodeLastRuneInString(source)
	return append(l.tokens, token{kind: endToken, at: len(source) - last}), l.err
}

func (l *lexer) fail(at int, problem, fix string) {
	if l.err == nil {
		l.err = mistakeAt(l.source, at, problem, fix)
	}
}

func (l *lexer) emit(kind tokenKind, text string, at int) {
	l.tokens = append(l.tokens, token{kind, text, at})
}

// next reads a token, a comment or a space.
func (l *lexer) next() {
	rest := l.source[l.at:]
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case unicode.IsSpace(r):
		l.at += size
	case r == '\'' || r == '"':
		l.quoted(byte(r))
	case r == '`':
		l.raw()
	case (r == 'b' || r == 'B') && len(rest) > 1 && (rest[1] == '\'' || rest[1] == '"'):
		l.fail(l.at, "bytes are not read in an expression", "write a string, without the "+rest[:1]+" before its quotes")
	case digit(rest) || r == '.' && digit(rest[1:]):
		l.number()
	case alphanumeric(r):
		l.word()
	case strings.HasPrefix(rest, "//"):
		line, _, _ := strings.Cut(rest, "\n")
		l.at += len(line)
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			l.fail(l.at, "the comment does not end", "end it with */")
			return
		}
		l.at += 2 + end + 2
	default:
		l.symbol(rest, r)
	}
}

func (l *lexer) symbol(rest string, r rune) {
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			l.emit(operatorToken, s, l.at)
			l.at += len(s)
			return
		}
	}
	if r == '#' {
		l.err = &Error{noVariables, oneFormula}
		return
	}
	l.fail(l.at, "the character "+words.Quote(string(r))+" has no meaning there", "")
}

func (l *lexer) word() {
	start := l.at
	l.skip(alphanumeric)
	text := l.source[start:l.at]
	kind := nameToken
	if slices.Contains(reserved, text) {
		kind = operatorToken
	}
	l.emit(kind, text, start)
}

// skip passes the characters of a kind.
func (l *lexer) skip(of func(rune) bool) {
	rest := l.source[l.at:]
	if end := strings.IndexFunc(rest, func(r rune) bool { return !of(r) }); end >= 0 {
		rest = rest[:end]
	}
	l.at += len(rest)
}

func digit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

func alphabetic(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) }

func alphanumeric(r rune) bool { return alphabetic(r) || unicode.IsDigit(r) }

// isName reports whether text can stand after a dot.
func isName(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return alphabetic(r)
}
