// SPDX-License-Identifier: Apache-2.0

package expression

// tokenKind tells the words of an expression apart.
type tokenKind uint8

const (
	endToken      tokenKind = iota // at the last character
	nameToken                      // data, type, or a function
	numberToken                    // as it is written
	stringToken                    // what the literal stands for
	operatorToken                  // a bracket and a word such as "and", too
)

// token is a word of an expression.
type token struct {
	kind tokenKind
	text string
	at   int // its first byte
}

// is reports whether the token is an operator, a bracket or a word of the language.
func (t token) is(text string) bool { return t.kind == operatorToken && t.text == text }

// reserved are the words that cannot be names, except after a dot.
var reserved = []string{"not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"}

// symbols are the operators and brackets, the longer ones first. Some of them are read to be refused by name.
var symbols = []string{
	"||", "&&", "==", "!=", "<=", ">=", "**", "??", "?.", "..", "::",
	"(", ")", "[", "]", "{", "}", ",", ";", "%", "+", "-", "^", "*", "/", "<", ">", "!", "?", ":", ".", "|", "=", "&",
}
