// SPDX-License-Identifier: Apache-2.0

package draft

import "strings"

// Reserved reports whether a part of a path is no name of a field in a map.
func Reserved(part string) bool { return part == "$size" || part == "$sum" }

// PathText returns a path as records of a map write it: a name that begins with a dollar sign stands in brackets at its beginning, where
// it would be a source beside the data.
func PathText(path []string) string {
	text := strings.Join(path, ".")
	if strings.HasPrefix(text, "$") {
		return `["` + path[0] + `"]` + text[len(path[0]):]
	}
	return text
}
