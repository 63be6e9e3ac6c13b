// SPDX-License-Identifier: Apache-2.0

package rawjson

import "unicode/utf8"

// Reader reads a valid JSON value from its beginning to its end. Commas and colons say nothing then that the values themselves
// do not say. What it returns are parts of the text, except for strings with escapes.
type Reader struct {
	text string
	at   int
}

// NewReader returns a Reader of a text, which it copies.
func NewReader(text []byte) Reader { return Reader{text: string(text)} }

// Next returns the first byte of the next value, or the bracket that ends an array or an object.
func (r *Reader) Next() byte {
	for {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			r.at++
		default:
			return c
		}
	}
}

// Skip skips the bracket that Next returned.
func (r *Reader) Skip() { r.at++ }

// Text returns what the string says that Next is at.
func (r *Reader) Text() string {
	end, escaped := skipString(r.text, r.at)
	quoted := r.text[r.at:end]
	r.at = end
	if escaped || !utf8.ValidString(quoted) {
		return decoded([]byte(quoted))
	}
	return quoted[1 : len(quoted)-1]
}

// Word returns the number, or the word true, false or null, that Next is at.
func (r *Reader) Word() string {
	start := r.at
	r.at = skipUnquoted(r.text, start)
	return r.text[start:r.at]
}
