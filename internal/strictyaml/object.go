// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Entry is one key of a mapping with its value. Both have the key's place.
type Entry struct {
	Name  string
	Key   Node
	Value Node
}

// Entries returns the keys of a mapping in their order, each once. Nothing written is an empty mapping.
func (n Node) Entries() []Entry {
	if n.Null() {
		return nil
	}
	if n.y.Kind != yaml.MappingNode {
		n.Fail("must be a mapping, not "+n.Kind(), "write keys and values, one KEY: VALUE a line, indented")
		return nil
	}
	if !n.Untagged() || !n.expand() {
		return nil
	}
	content := n.y.Content
	entries := make([]Entry, 0, len(content)/2)
	lines := make(map[string]int, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		key := n.child(content[i], n.at)
		if key.y.Kind == yaml.ScalarNode && key.y.ShortTag() == "!!merge" {
			key.Fail(`the merge key "<<" is not read`, "write the keys out, or use an alias for a whole value")
			continue
		}
		name, ok := key.Text()
		if !ok {
			continue
		}
		at := n.at.with(name)
		key.at = at
		if line, ok := lines[name]; ok {
			key.Fail("is already there on line "+strconv.Itoa(line), "remove one of the two, or join them")
			continue
		}
		lines[name] = key.y.Line
		entries = append(entries, Entry{name, key, n.child(content[i+1], at)})
	}
	return entries
}

// Items returns the entries of a list. Nothing written is an empty list.
func (n Node) Items() []Node {
	if n.Null() {
		return nil
	}
	if n.y.Kind != yaml.SequenceNode {
		n.Fail("must be a list, not "+n.Kind(), `write the entries as [A, B], or one "- ENTRY" a line`)
		return nil
	}
	if !n.Untagged() || !n.expand() {
		return nil
	}
	items := make([]Node, len(n.y.Content))
	for i, y := range n.y.Content {
		items[i] = n.child(y, n.at.entry(i))
	}
	return items
}

// Object is a mapping whose keys are fixed.
type Object struct {
	Node
	keys   map[string]Entry
	meant  []string // known keys that were probably meant by unknown ones
	broken bool     // it is no mapping, or a key could not be read
}

// Object reads a mapping and reports every key that is not one of the known ones.
func (n Node) Object(known ...string) Object {
	before := len(n.doc.mistakes)
	o := Object{Node: n, keys: make(map[string]Entry, len(known))}
	entries := n.Entries()
	o.broken = len(n.doc.mistakes) > before || n.doc.Full()
	for _, e := range entries {
		if slices.Contains(known, e.Name) {
			o.keys[e.Name] = e
			continue
		}
		if !n.doc.Full() {
			e.Key.Fail("is not a known key", words.Suggest(e.Name, known, "known keys"))
		}
		if near, ok := words.Nearest(e.Name, known); ok {
			o.meant = append(o.meant, near)
		}
	}
	return o
}

// Lacks reports whether none of the keys is there, nor something that was reported and could be one.
func (o Object) Lacks(keys ...string) bool {
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

// Peek returns what is written for a key of a mapping, as often as it is there, and reports no mistake.
func (n Node) Peek(key string) []Node {
	if n.y.Kind != yaml.MappingNode {
		return nil
	}
	var values []Node
	for i := 0; i+1 < len(n.y.Content); i += 2 {
		if n.y.Content[i].Value == key {
			values = append(values, n.child(n.y.Content[i+1], n.at.with(key)))
		}
	}
	return values
}

// Get returns what is written for a key.
func (o Object) Get(key string) (Node, bool) {
	e, ok := o.keys[key]
	return e.Value, ok
}
