// SPDX-License-Identifier: Apache-2.0

package regexdialect

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestTranslate(t *testing.T) {
	for _, test := range []struct{ pattern, pcre, ecma string }{
		{`^[A-Z]{3}$`, `^[A-Z]{3}\z`, `^[A-Z]{3}$`},
		{`.+@.+`, `[^\n]+@[^\n]+`, `[^\n]+@[^\n]+`},
		{`(?s).`, `[\x{0}-\x{10ffff}]`, `[\u{0}-\u{10ffff}]`},
		{`^\d+\.\d{2,}$`, `^[0-9]+\.[0-9]{2,}\z`, `^[0-9]+\.[0-9]{2,}$`},
		{`(?i)k-1`, "[k\u212aK]-1", "[k\u212aK]-1"},
		{`a|bc|`, `(?:a|bc|(?:))`, `(?:a|bc|(?:))`},
		{`(?P<year>\d{4})-(x*?)`, `(?:[0-9]{4})-(?:x*)`, `(?:[0-9]{4})-(?:x*)`},
		{`\Qa.b/\E{2}`, `a\.b\/{2}`, `a\.b\/{2}`},
		{`[^\-\]^[]`, `[\x{0}-,.-Z\\_-\x{10ffff}]`, `[\u{0}-,.-Z\\_-\u{10ffff}]`},
		{`\t\x{1F600}é`, `\x{9}😀é`, `\u{9}😀é`},
		{`[[:punct:]]?`, `[!-\/:-@\[-` + "`" + `{-~]?`, `[!-\/:-@\[-` + "`" + `{-~]?`},
		{`(ab)*`, `(?:ab)*`, `(?:ab)*`},
		{`[^\x00-\x{10FFFF}]`, `[^\x{0}-\x{10ffff}]`, `[^\u{0}-\u{10ffff}]`},
		{`^\bx`, "", `^\bx`},
		{`a\Bx`, "", `a\Bx`},
	} {
		t.Run(test.pattern, func(t *testing.T) {
			for dialect, want := range map[Dialect]string{PCRE: test.pcre, ECMAScript: test.ecma} {
				got, err := Translate(test.pattern, dialect)
				if got != strings.ReplaceAll(want, `-\/`, `-/`) || (err != nil) != (want == "") {
					t.Errorf("got  %s, %v\nwant %s", got, err, want)
				}
			}
		})
	}
}

func TestPatternsThatAreReadOtherwise(t *testing.T) {
	for _, test := range []struct {
		pattern, want string
		dialects      []Dialect
	}{
		{`\bx`, "depends on the version of the server", []Dialect{PCRE}},
		{`(?m)^x`, "flag m", []Dialect{PCRE, ECMAScript}},
		{`(?m)x$`, "flag m", []Dialect{PCRE, ECMAScript}},
		{`[\x{D800}-\x{E000}]`, "surrogates", []Dialect{PCRE, ECMAScript}},
		{`(`, "missing closing", []Dialect{PCRE, ECMAScript}},
	} {
		for _, dialect := range test.dialects {
			if got, err := Translate(test.pattern, dialect); got != "" || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %q, %v, want %q", test.pattern, got, err, test.want)
			}
		}
	}
}

// found is what patterns find something in. tests/clients holds JavaScript to it.
type found struct {
	Texts    []string        `json:"texts"`
	Patterns []foundPatterns `json:"patterns"`
}

type foundPatterns struct {
	Pattern string `json:"pattern"` // as ECMAScript reads it
	In      []int  `json:"in"`      // the indexes of the texts
}

// TestTranslationFindsTheSame: the constructs that are written for PCRE are RE2's, too, and mean the same there.
func TestTranslationFindsTheSame(t *testing.T) {
	parts := []string{"a", "b", "k", "é", `\n`, ".", "^", "$", "[a-c]", "[^b]", `\d`, `\W`, "(?i:k)", "(?s:.)", "(a|b|)", "(?:ab)", "{2}", "*", "+?", "??", "|", "-", "/", "1", `\pL`, "[[:^space:]]"}
	texts := []string{"", "a", "ab", "abk\n", "K", "\u212a", "é", "\n", "a-1/b", "kab12", "éa\nb", "--", "bb ", "AB"}
	r := rand.New(rand.NewPCG(1, 2))
	compiled := 0
	all := found{Texts: texts}
	for range 20_000 {
		var b strings.Builder
		for range 1 + r.IntN(6) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		re, err := regexp.Compile(b.String())
		if err != nil {
			continue
		}
		compiled++
		translated, err := Translate(b.String(), PCRE)
		if err != nil {
			t.Fatalf("%s: %v", b.String(), err)
		}
		other, err := regexp.Compile(translated)
		if err != nil {
			t.Fatalf("%s became %s: %v", b.String(), translated, err)
		}
		script, err := Translate(b.String(), ECMAScript)
		if err != nil {
			t.Fatalf("%s: %v", b.String(), err)
		}
		in := []int{}
		for i, text := range texts {
			if re.MatchString(text) {
				in = append(in, i)
			}
			if re.MatchString(text) != other.MatchString(text) {
				t.Fatalf("%s became %s, of which one finds something in %q", b.String(), translated, text)
			}
		}
		if compiled <= 400 && len(script) < 200 {
			all.Patterns = append(all.Patterns, foundPatterns{script, in})
		}
	}
	if compiled < 5_000 {
		t.Errorf("only %d patterns are ones", compiled)
	}
	got, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	const path = "testdata/ecmascript.json"
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || !bytes.Equal(bytes.TrimSpace(want), got) {
		t.Errorf("%s is out of date, %v; -update writes it", path, err)
	}
}
