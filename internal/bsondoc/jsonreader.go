// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// jsonReader reads a text that [json.Valid] has found to be one JSON value. It relies on that: commas and colons say nothing then
// that the values themselves do not say.
type jsonReader struct {
	rest []byte
}

// next returns the first byte of the next value, or the bracket that ends an array or an object.
func (r *jsonReader) next() byte {
	i := 0
	for {
		switch c := r.rest[i]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			i++
		default:
			r.rest = r.rest[i:]
			return c
		}
	}
}

// skip skips the bracket that next returned.
func (r *jsonReader) skip() { r.rest = r.rest[1:] }

// take returns the next n bytes.
func (r *jsonReader) take(n int) []byte {
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// scalar returns the string, [json.Number], bool or nil that next is at.
func (r *jsonReader) scalar() any {
	switch r.rest[0] {
	case '"':
		return r.text()
	case 't':
		r.take(len("true"))
		return true
	case 'f':
		r.take(len("false"))
		return false
	case 'n':
		r.take(len("null"))
		return nil
	}
	n := bytes.IndexAny(r.rest, " \t\r\n,]}")
	if n < 0 {
		n = len(r.rest)
	}
	return json.Number(r.take(n))
}

// text returns the string that next is at.
func (r *jsonReader) text() string {
	end, escaped := 1, false
	for ; r.rest[end] != '"'; end++ {
		if r.rest[end] == '\\' {
			end, escaped = end+1, true
		}
	}
	quoted := r.take(end + 1)
	if plain := quoted[1:end]; !escaped && utf8.Valid(plain) {
		return string(plain)
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // it is valid
	return s
}
