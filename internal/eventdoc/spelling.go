// SPDX-License-Identifier: Apache-2.0

package eventdoc

import "strings"

// MostSpelled is how many names a path for [Spellings] has at most.
const MostSpelled = 6

// Spellings returns the paths in a document, by [StoredPath], of the fields that a path with dots can mean: user.plan is the field
// plan of the object user, and the field that is called user.plan. The path has 1 to [MostSpelled] names.
func Spellings(path string) []string {
	names := strings.Split(path, ".")
	all := make([]string, 0, 1<<(len(names)-1))
	for joined := range cap(all) { // a bit for each dot: it belongs to a name
		var parts []string
		for i, name := range names {
			if i > 0 && joined>>(i-1)&1 == 1 {
				parts[len(parts)-1] += "." + name
			} else {
				parts = append(parts, name)
			}
		}
		all = append(all, StoredPath(parts...))
	}
	return all
}
