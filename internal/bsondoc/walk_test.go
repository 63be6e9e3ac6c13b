// SPDX-License-Identifier: Apache-2.0

package bsondoc_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

func TestHasKey(t *testing.T) {
	body := func(text string) []byte { return []byte(text) }
	for _, tt := range []struct {
		name string
		body []byte
		key  string
		want bool
	}{
		{"the key", body("\x08ab\x00\x01\x00"), "ab", true},
		{"an empty key", body("\x08\x00\x01\x00"), "", true},
		{"a longer one", body("\x08abc\x00\x01\x00"), "ab", false},
		{"a shorter one", body("\x08a\x00\x01\x00"), "ab", false},
		{"another one", body("\x08ac\x00\x01\x00"), "ab", false},
		{"the end", body("\x00"), "", false},
		{"the end, with bytes behind it", body("\x00ab\x00"), "ab", false},
		{"nothing", nil, "", false},
		{"cut within the key", body("\x08ab"), "ab", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := bsondoc.HasKey(tt.body, tt.key); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if n := bsondoc.KeyBytes(tt.body); tt.want && n != len(tt.key) {
				t.Errorf("its length is %d, want %d", n, len(tt.key))
			}
		})
	}
}
