// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// entry is one key of a mapping with its value. Both have the key's place.
type entry struct {
	name  string
	key   node
	value node
}

// entries returns the keys of a mapping in their order, each once. Nothing written is an empty mapping.
func (n node) entries() []entry {
	if n.null() {
		return nil
	}
	if n.y.Kind != yaml.MappingNode {
		n.fail("must be a mapping, not "+n.kind(), "write keys and values, one KEY: VALUE a line, indented")
		return nil
	}
	if !n.untagged() || !n.expand() {
		return nil
	}
	content := n.y.Content
	entries := make([]entry, 0, len(content)/2)
	lines := make(map[string]int, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		key := n.child(content[i], n.at)
		if key.y.Kind == yaml.ScalarNode && key.y.ShortTag() == "!!merge" {
			key.fail(`the merge key "<<" is not read`, "write the keys out, or use an alias for a whole value")
			continue
		}
		name, ok := key.text()
		if !ok {
			continue
		}
		at := n.at.with(name)
		key.at = at
		if line, ok := lines[name]; ok {
			key.fail("is already there on line "+strconv.Itoa(line), "remove one of the two, or join them")
			continue
		}
		lines[name] = key.y.Line
		entries = append(entries, entry{name, key, n.child(content[i+1], at)})
	}
	return entries
}

// items returns the entries of a list. Nothing written is an empty list.
func (n node) items() []node {
	if n.null() {
		return nil
	}
	if n.y.Kind != yaml.SequenceNode {
		n.fail("must be a list, not "+n.kind(), `write the entries as [A, B], or one "- ENTRY" a line`)
		return nil
	}
	if !n.untagged() || !n.expand() {
		return nil
	}
	items := make([]node, len(n.y.Content))
	for i, y := range n.y.Content {
		items[i] = n.child(y, n.at.entry(i))
	}
	return items
}

// object is a mapping whose keys are fixed.
type object struct {
	node
	keys   map[string]entry
	meant  []string // known keys that were probably meant by unknown ones
	broken bool     // it is no mapping, or a key could not be read
}

// object reads a mapping and reports every key that is not one of the known ones.
func (n node) object(known ...string) object {
	before := len(n.doc.errs)
	o := object{node: n, keys: make(map[string]entry, len(known))}
	entries := n.entries()
	o.broken = len(n.doc.errs) > before || n.doc.full()
	for _, e := range entries {
		if slices.Contains(known, e.name) {
			o.keys[e.name] = e
			continue
		}
		if !n.doc.full() {
			e.key.fail("is not a known key", words.Suggest(e.name, known, "known keys"))
		}
		if near, ok := words.Nearest(e.name, known); ok {
			o.meant = append(o.meant, near)
		}
	}
	return o
}

// lacks reports whether none of the keys is there, nor something that was reported and could be one.
func (o object) lacks(keys ...string) bool {
	if o.broken {
		return false
	}
	for _, key := range keys {
		if _, ok := o.keys[key]; ok || slices.Contains(o.meant, key) {
			return false
		}
	}
	return true
}

// get returns what is written for a key.
func (o object) get(key string) (node, bool) {
	e, ok := o.keys[key]
	return e.value, ok
}
