// SPDX-License-Identifier: Apache-2.0

// Package lzstring decompresses what compressToBase64 of the JavaScript library lz-string makes: LZ78 over units of UTF-16, with
// codes that grow from 3 bits on. The specification is the library's own code,
// https://github.com/pieroxy/lz-string/blob/1.5.0/libs/lz-string.js.
package lzstring

import (
	"errors"
	"math/bits"
	"strings"
	"unicode/utf16"
)

var (
	// ErrCorrupt says that a text is not what compressToBase64 makes.
	ErrCorrupt = errors.New("not compressed by lz-string")
	// ErrTooLarge says that a text would become longer than its limit.
	ErrTooLarge = errors.New("longer than allowed when decompressed")
)

// The codes that name no entry of the dictionary.
const (
	codeByte = 0 // a new character of 8 bits follows
	codeWord = 1 // a new character of 16 bits follows
	codeEnd  = 2
	entries  = 3 // the first code of an entry
)

// span is a part of the output. Each entry of the dictionary is one, because it is written before a code names it.
type span struct{ start, length int }

// Decompress returns the text as UTF-8. A lone surrogate becomes U+FFFD. The text has at most limit units of UTF-16; whatever the
// input is, no more than about 40 bytes of memory are used for each of these units.
func Decompress(compressed []byte, limit int) ([]byte, error) {
	in := reader{text: compressed}
	var out []uint16
	dictionary := make([]span, entries, 64)
	var last span // what was written last
	for {
		code, ok := in.bits(bits.Len(uint(len(dictionary))))
		if !ok {
			return nil, ErrCorrupt
		}
		entry := last
		switch {
		case code == codeEnd:
			return []byte(string(utf16.Decode(out))), nil
		case code == codeByte || code == codeWord:
			unit, ok := in.bits(8 << code)
			if !ok {
				return nil, ErrCorrupt
			}
			entry = span{len(out), 1}
			dictionary = append(dictionary, entry)
			out = append(out, uint16(unit))
		case code < len(dictionary):
			entry = dictionary[code]
			out = append(out, out[entry.start:entry.start+entry.length]...)
		case code == len(dictionary) && last.length > 0: // the entry that is completed just below
			out = append(append(out, out[entry.start:entry.start+entry.length]...), out[entry.start])
			entry.length++
		default:
			return nil, ErrCorrupt
		}
		if len(out) > limit {
			return nil, ErrTooLarge
		}
		if last.length > 0 { // what was written before, and the first unit behind it, are an entry from now on
			dictionary = append(dictionary, span{last.start, last.length + 1})
		}
		last = span{len(out) - entry.length, entry.length}
	}
}

// reader reads bits from the digits of base64. Each digit has six, the highest first; of a number, the lowest bit comes first.
type reader struct {
	text []byte
	at   int // bits that were read
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func (r *reader) bits(n int) (number int, ok bool) {
	for i := range n {
		if r.at/6 >= len(r.text) {
			return 0, false
		}
		digit := strings.IndexByte(digits, r.text[r.at/6])
		if digit < 0 {
			return 0, false
		}
		number |= digit >> (5 - r.at%6) & 1 << i
		r.at++
	}
	return number, true
}
