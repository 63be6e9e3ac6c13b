// SPDX-License-Identifier: Apache-2.0

package expression

// minSet is how long a list is that is better looked up than searched.
const minSet = 8

// set is a constant list of strings. The zero value is no set.
type set map[string]struct{}

// newSet returns the set of a constant list, if it is long enough and has strings alone.
func newSet(n *node) set {
	if n.op != opConst || n.value.kind != list || len(n.value.many().items) < minSet {
		return nil
	}
	s := make(set, len(n.value.many().items))
	for _, v := range n.value.many().items {
		if v.kind != text {
			return nil
		}
		s[v.str()] = struct{}{}
	}
	return s
}

func (s set) has(v value) bool {
	if v.kind != text {
		return false
	}
	_, ok := s[v.str()]
	return ok
}
