// SPDX-License-Identifier: Apache-2.0

package observe

import "strings"

// Bounds of the paths of one object that lead to fields which are not kept.
const (
	mostPassed      = 100
	mostPassedBytes = 256
)

// passed notes that a key spelled a path to a field that is not kept. The fields on the way have to be objects, or of any type.
func (n *node) passed(parts []string) {
	if len(parts) == 0 || n.passedAll {
		return
	}
	path := strings.Join(parts, ".")
	if _, there := n.passedBy[path]; there {
		return
	}
	if len(n.passedBy) == mostPassed || len(path) > mostPassedBytes {
		n.passedBy, n.passedAll = nil, true
		return
	}
	if n.passedBy == nil {
		n.passedBy = map[string]struct{}{}
	}
	n.passedBy[path] = struct{}{}
}

// resolve marks the fields that paths lead through.
func (n *node) resolve() {
	for path := range n.passedBy {
		c := n
		for part := range strings.SplitSeq(path, ".") {
			if c = c.children[part]; c == nil {
				break
			}
			c.through = true
		}
	}
	for _, c := range n.children {
		if n.passedAll {
			c.through, c.passedAll = true, true
		}
		c.resolve()
	}
}
