// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// maxSlug leaves room for a prefix in the 40 characters of a uid.
const maxSlug = 24

// slug turns the name of a group into the end of a uid and of a file's name: letters, digits and dashes. What would be
// too long, or nothing, ends in a hash of the name.
func slug(name string) string {
	if name == "" {
		return "events"
	}
	var b strings.Builder
	exact := true
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b.WriteRune(c)
		case c >= 'A' && c <= 'Z':
			b.WriteRune(c - 'A' + 'a')
		case c < 0x80:
			if !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		default:
			exact = false
		}
	}
	text := strings.Trim(b.String(), "-")
	if exact && text != "" && len(text) <= maxSlug {
		return text
	}
	return strings.Trim(strings.TrimRight(text[:min(len(text), maxSlug-9)], "-")+"-"+hashed(name), "-")
}

func hashed(text string) string {
	h := fnv.New32a()
	h.Write([]byte(text))
	return fmt.Sprintf("%08x", h.Sum32())
}
