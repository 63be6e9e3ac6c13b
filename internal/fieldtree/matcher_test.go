// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestMatcher holds matchers to package regexp: with each pattern and each text.
func TestMatcher(t *testing.T) {
	patterns := []string{
		"", "a", ".", "^", "$", "^$", "$^", "$a", "a^", "^a$", "^a|b$", "(^a|b)c", "a$|^b", ".+@.+", "^[a-z]+@[a-z.]+$", "^[A-Z]{3}$", "(?i)eur", "(?s).", "(?m)^a$", `\bab\b`, `\Aa\z`,
		"[^a]", "[é]", "é", "a*", "a+b?", "(a|b)*c", "a{2,3}", "(ab){2}", "^(a|^b)", "(a$|b)", `[\x00-\x1f]`, "x{0}", "(?i)K", "(?i)s", strings.Repeat("[ab]", 30), "(a|b)*a" + strings.Repeat("(a|b)", 8), "a{300}",
	}
	texts := []string{"", "a", "b", "c", "ab", "ba", "aab", "abc", "bc", "a\nb", "\n", "a@b", "@", "@b", "a@", "EUR", "eur", "EURO", "é", "aé", "éa", "\x00", "\x7f", "K", "k", "\u212a", "S", "\u017f", "aaaaaaaaaa", "ab ab", " ab"}
	automata := 0
	for _, p := range patterns {
		m, re := newMatcher(p), regexp.MustCompile(p)
		if m.next != nil {
			automata++
		}
		for _, text := range texts {
			if got, want := m.match([]byte(text)), re.MatchString(text); got != want {
				t.Errorf("%q in %q: %t, want %t", p, text, got, want)
			}
		}
	}
	if automata < 20 || automata > len(patterns)-5 {
		t.Errorf("%d of %d patterns have an automaton", automata, len(patterns))
	}
}

// TestMatcherAtRandom does that with patterns and texts made at random.
func TestMatcherAtRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", ".", "^", "$", "|", "(", ")", "*", "+", "?", "[ab]", "[^a]", "{2}", "é", `\d`, "(?i)", "@"}
	letters := []string{"a", "b", "A", "@", "é", "1", "\n"}
	some := func(of []string, n int) string {
		var b strings.Builder
		for range random.IntN(n) {
			b.WriteString(of[random.IntN(len(of))])
		}
		return b.String()
	}
	compiled := 0
	for range 8_000 {
		p := some(pieces, 8)
		re, err := regexp.Compile(p)
		if err != nil {
			continue
		}
		compiled++
		m := newMatcher(p)
		for range 10 {
			if text := some(letters, 6); m.match([]byte(text)) != re.MatchString(text) {
				t.Fatalf("%q in %q: %t", p, text, !re.MatchString(text))
			}
		}
	}
	if compiled < 1_000 {
		t.Errorf("only %d patterns compile", compiled)
	}
}
