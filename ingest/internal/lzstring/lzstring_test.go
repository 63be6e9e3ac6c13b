// SPDX-License-Identifier: Apache-2.0

package lzstring_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/ingest/internal/lzstring"
)

// compressed are texts, and what compressToBase64 of lz-string 1.5.0 makes of them.
var compressed = []struct{ text, base64 string }{
	{"", "Q==="},
	{"a", "IZA="},
	{strings.Repeat("a", 40), "IY18ZVkA"},
	{strings.Repeat("abc", 22), "IYIwxqHpPXUNo+TUvEA="},
	{
		`[{"event":"$pageview","properties":{"token":"k","$current_url":"https://shop.example.com/"}}]`,
		"NobwRApgbhB2AuYBcYAkAHAhgc2gSwgHcwAaMdAJwHt0IL4CBnZceKgazmTHdLQGMArhQpx4AfWEAbbgAt48dIyQB6FY1k0AdBAAemALbopELfyoGVYAL7WAukA=",
	},
	{"Grüße, 世界 🎉", "OIJwPw+wpgNABINDlAyrnQPBuEj9oA=="},
	{"\x00\x01\x02\x00\x01\x02", "AAQAQKZA"},
}

func TestDecompress(t *testing.T) {
	for _, tt := range compressed {
		got, err := lzstring.Decompress([]byte(tt.base64), 100)
		if err != nil || string(got) != tt.text {
			t.Errorf("%s: %q, %v; want %q", tt.base64, got, err, tt.text)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name, base64 string
		want         error
	}{
		{"nothing", "", lzstring.ErrCorrupt},
		{"cut off", "IY18ZV", lzstring.ErrCorrupt},
		{"no base64", "IY1\xff", lzstring.ErrCorrupt},
		{"an entry that does not exist", "/AAA", lzstring.ErrCorrupt},
		{"longer than allowed", "IY18ZVkA", lzstring.ErrTooLarge},
	} {
		if got, err := lzstring.Decompress([]byte(tt.base64), 39); !errors.Is(err, tt.want) {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

// FuzzDecompress: whatever the input is, the text is UTF-8 and within the limit.
func FuzzDecompress(f *testing.F) {
	for _, tt := range compressed {
		f.Add([]byte(tt.base64))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		const limit = 1 << 12
		got, err := lzstring.Decompress(in, limit)
		if err == nil && (!utf8.Valid(got) || len(got) > 3*limit) {
			t.Errorf("%d bytes, UTF-8: %t", len(got), utf8.Valid(got))
		}
	})
}
