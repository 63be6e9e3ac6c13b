// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words makes a heading of a name: dutch_games_completed is "Dutch games completed".
func words(name string) string {
	text := strings.Join(strings.FieldsFunc(name, func(c rune) bool { return strings.ContainsRune("_.-/ ", c) }), " ")
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return name
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// sentences joins what is said of a chart; each part that is not empty is a paragraph.
func sentences(parts ...string) string {
	var all []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, "\n\n")
}

// legend is the text of a line that the values of labels tell apart.
func legend(otherwise string, labels ...string) string {
	if len(labels) == 0 {
		return otherwise
	}
	all := make([]string, len(labels))
	for i, label := range labels {
		all[i] = "{{" + label + "}}"
	}
	return strings.Join(all, ", ")
}
