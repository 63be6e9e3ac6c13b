// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strconv"
	"strings"
)

// setAnchors gives every entry what its heading is linked by. A heading that was there before gets a number, as GitHub counts.
func (d *document) setAnchors() {
	seen := make(map[string]int)
	numbered := func(heading string) string {
		name := anchor(heading)
		n := seen[name]
		seen[name]++
		if n > 0 {
			name += "-" + strconv.Itoa(n)
		}
		return name
	}
	numbered(d.title)
	for i := range d.parts {
		numbered(d.parts[i].title)
		for j := range d.parts[i].entries {
			e := &d.parts[i].entries[j]
			e.anchor = numbered(e.name)
		}
	}
}

// anchor is what a heading that is a code span is linked by.
func anchor(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 0x7f:
			return r
		}
		return -1
	}, strings.ToLower(name))
}
