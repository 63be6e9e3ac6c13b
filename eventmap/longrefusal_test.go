// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"strings"
	"testing"
)

// numberedFrom is numbered with another first number.
func numberedFrom(first, n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, first+i)
	}
	return b.String()
}

// TestLongRefusals are refusals of maps that are too long for the golden file, or whose message is.
func TestLongRefusals(t *testing.T) {
	event := func(keys string) string { return "version: 1\nevents:\n  e: {" + keys + "}\n" }
	data := func(fields string) string { return event("data: {" + fields + "}") }
	for name, tt := range map[string]struct{ text, want string }{
		"values": {
			data("a: {type: int, values: [" + strings.Repeat("1, ", 1000) + "1]}"),
			"event map:3:37: events.e.data.a.values: there are more than 1,000 values; take a pattern, or leave the values to the service",
		},
		"pattern": {
			data("a: {type: string, pattern: " + strings.Repeat("a", 1001) + "}"),
			"event map:3:41: events.e.data.a.pattern: the pattern has more than 1,000 bytes; shorten it",
		},
		"parts": {
			data("a: " + strings.Repeat("{type: array, items: {a: ", 100) + "{}" + strings.Repeat("}}", 100)),
			"event map:3:2514: events.e.data.a" + strings.Repeat(".items.a", 100) + ": the path has more than 100 parts, and MongoDB nests no deeper; flatten the data",
		},
		"go_name": {
			event("go_name: " + strings.Repeat("A", 101)),
			"event map:3:16: events.e.go_name: the name has more than 100 characters; shorten it",
		},
		"renamed_from": {
			event("renamed_from: [" + numbered(100, "n%d, ") + "more]"),
			"event map:3:512: events.e.renamed_from[100]: there are more than 100 entries; remove names that no stored event has",
		},
		"aliases": {
			"version: 1\nevents:\n  e: {renamed_from: &n [" + numbered(99, "n%d, ") + "last]}\n" + numbered(1_001, "  e%d: {renamed_from: *n}\n"),
			"event map:3:21: events.e1000.renamed_from: the aliases of this file stand for more than 100,000 nodes; use fewer aliases, and none within what another one stands for",
		},
		"mistakes": {
			"version: 1\nkey_scope: user\nevents: [" + strings.Repeat("x, ", 5) + "]\n" + strings.Repeat("version: 1\n", 1_001),
			numberedFrom(4, 1_000, "event map:%d:1: version: is already there on line 1; remove one of the two, or join them\n") +
				"event map:1003:1: there are more mistakes than the 1000 listed here; correct these first",
		},
	} {
		_, err := Parse([]byte(tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got  %.3000v\nwant %s", name, err, tt.want)
		}
	}
}
