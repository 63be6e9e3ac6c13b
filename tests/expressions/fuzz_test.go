// SPDX-License-Identifier: Apache-2.0

package expressions

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// FuzzExpressions compares what the fuzzer makes of random expressions.
func FuzzExpressions(f *testing.F) {
	for i := range uint64(200) {
		r := rand.New(rand.NewPCG(7, i))
		f.Add(write(r, []string{"INT", "DOUBLE", "BOOL", "ANY"}[i%4], 2), i%4 < 2)
	}
	f.Fuzz(func(t *testing.T, source string, number bool) {
		if utf8.ValidString(source) {
			check(t, source, number)
		}
	})
}
