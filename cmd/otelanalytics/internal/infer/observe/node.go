// SPDX-License-Identifier: Apache-2.0

package observe

import "github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"

// kind is the type of a value, as far as a map tells types apart.
type kind uint8

const (
	text kind = iota
	instant
	integer
	double
	boolean
	date
	object
	array
	other // a type of BSON that maps have no name for
	kinds
)

// Bounds of one object.
const (
	mostKeys  = 200 // different ones; an object with more is a mapping, whose keys are data
	mostDepth = 16  // below the data themselves
	mostKey   = 100 // bytes of a key
)

// node is a field, or the data themselves.
type node struct {
	children map[string]*node
	folded   bool  // there are too many keys: nothing within is kept
	unnamed  bool  // there are keys that a map cannot name, or that are data
	deep     bool  // there are objects within that are too deep
	through  bool  // keys spell paths through it, which are not kept
	nulls    int64 // values that are null
	kinds    [kinds]int64
	objects  int64 // objects that were seen here, entries of arrays among them

	values values
	forms  [personal.Kinds]int64 // of texts and integers, those in arrays among them
	texts  int64                 // texts, those in arrays among them
	formed int64                 // texts and integers whose form was looked at

	passedBy  map[string]struct{} // paths from here through which keys lead to fields that are not kept
	passedAll bool                // there were too many

	entries [kinds]int64 // of arrays
	longest int          // of the arrays
}

// seen returns how many values there were that are not null.
func (n *node) seen() (sum int64) {
	for _, count := range n.kinds {
		sum += count
	}
	return sum
}

// child returns the node of a key within an object; nil when it is not kept.
func (o *Observed) child(n *node, key string) *node {
	c := n.children[key]
	if c != nil || n.folded {
		return c
	}
	if len(n.children) == mostKeys {
		o.fold(n)
		return nil
	}
	if o.nodes == MostNodes {
		o.full = true
		return nil
	}
	c = &node{}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	n.children[key] = c
	o.nodes++
	return c
}

// fold forgets what is within a node.
func (o *Observed) fold(n *node) {
	o.nodes -= within(n)
	n.children, n.folded = nil, true
}

// within counts the nodes below a node.
func within(n *node) int {
	sum := len(n.children)
	for _, c := range n.children {
		sum += within(c)
	}
	return sum
}
