// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestASCII puts each byte at each place of texts that are as long as words of eight bytes, and a bit more or less.
func TestASCII(t *testing.T) {
	for n := range 26 {
		if s := strings.Repeat("x", n); !isASCII(s) || !isCommonKey(strings.ReplaceAll(s, "x", "0")) {
			t.Fatalf("%q is ASCII", s)
		}
		for at := range n {
			for b := range 256 {
				text := []byte(strings.Repeat("~", n))
				text[at] = byte(b)
				s := string(text)
				if got, want := isASCII(s), b < utf8.RuneSelf; got != want {
					t.Fatalf("isASCII(%q) = %v", s, got)
				}
				if got, want := isCommonKey(s), b >= '0' && b < utf8.RuneSelf; got != want {
					t.Fatalf("isCommonKey(%q) = %v", s, got)
				}
			}
		}
	}
	// A low byte makes its neighbours borrow; it is found beside each of them.
	for _, s := range []string{"\x00\x01\x01\x01\x01\x01\x01\x01", "\x01\x00\x01\x00\x7f\x00\x01\x7f", "\x00", "\x01\x00", "/0000000", "0/0/0/0/", "/", "0$"} {
		if isCommonKey(s) || !isASCII(s) {
			t.Errorf("%q is ASCII, and no common key", s)
		}
	}
}
