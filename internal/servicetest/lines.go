// SPDX-License-Identifier: Apache-2.0

package servicetest

import (
	"net/http"
	"strings"
)

// HasLine reports whether the text of a page has the line.
func HasLine(text, line string) bool { return strings.Contains("\n"+text, "\n"+line+"\n") }

// Lines returns the lines of a page's text that begin with prefix.
func Lines(text, prefix string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// WantLines checks that lines are on a page. For one that is not, the error shows the series of the same name.
func WantLines(t T, page http.Handler, lines ...string) {
	t.Helper()
	text := Text(t, page, "")
	for _, line := range lines {
		if !HasLine(text, line) {
			name, _, _ := strings.Cut(line, "{")
			name, _, _ = strings.Cut(name, " ")
			t.Errorf("not on the page: %s\n%s", line, Lines(text, name))
		}
	}
}
