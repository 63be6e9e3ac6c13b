// SPDX-License-Identifier: Apache-2.0

package words_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

func TestNearest(t *testing.T) {
	known := []string{"counter", "gauge", "histogram", "MaxSeries"}
	for _, c := range []struct{ name, want string }{
		{"countr", "counter"},
		{"conuter", "counter"}, // two letters swapped
		{"COUNTER", "counter"},
		{"gaug", "gauge"},
		{"maxseries", "MaxSeries"},
		{"histograms", "histogram"},
		{"summary", ""},
		{"", ""},
		{"gxyze", ""}, // three of five letters
		{strings.Repeat("counter", 10), ""},
	} {
		got, ok := words.Nearest(c.name, known)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q: %q, %v, want %q", c.name, got, ok, c.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	many := make([]string, 1015)
	for i := range many {
		many[i] = "n"
	}
	for _, c := range []struct {
		name  string
		known []string
		want  string
	}{
		{"countr", []string{"counter", "gauge"}, `did you mean "counter"? kinds: counter, gauge`},
		{"x", nil, "there are no kinds"},
		{"abcdef", many, "kinds: n, n, n, n, n, n, n, n, n, n, n, n and 1,003 more"},
	} {
		if got := words.Suggest(c.name, c.known, "kinds"); got != c.want {
			t.Errorf("%q: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestQuoteKeepsOneShortLine(t *testing.T) {
	long := strings.Repeat("ä", 61)
	for _, c := range []struct{ text, want string }{
		{"a\nb", `"a\nb"`},
		{long, `"` + strings.Repeat("ä", 60) + `…"`},
	} {
		if got := words.Quote(c.text); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if got, want := words.Quoteless(c.text), c.want[1:len(c.want)-1]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"as long as it may be", strings.Repeat("x", 100), strings.Repeat("x", 100)},
		{"longer", strings.Repeat("x", 101), strings.Repeat("x", 100) + "…"},
		{"within a character", strings.Repeat("x", 99) + "üü", strings.Repeat("x", 99) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := words.Short(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestControl(t *testing.T) {
	for text, want := range map[string]bool{"a b": false, "ä": false, "a\x00": true, "a\x7f": true, "\u0085": true, "a\n": true} {
		if got := words.Control(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
