// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxExpanded bounds the nodes that are read through aliases: a few lines of aliases to aliases can
// stand for billions.
const maxExpanded = 100_000

// Node is a YAML node that knows its place in the file and reports what is wrong with it. Aliases are
// resolved: the position is that of the text, the place that of the alias.
type Node struct {
	y       *yaml.Node
	at      *place
	doc     *reading
	aliased bool
}

// reading is what the nodes of one document share.
type reading struct {
	*Report
	expanded int // nodes that were read through aliases
}

// place is the path of a node, as a list from the leaf: written out only for a mistake, because paths
// written out for every node would make a long key with many children cost quadratic memory.
type place struct {
	up    *place
	key   string
	index int // of a list entry, where key is not used; -1 for a key
}

func newNode(r *Report, y *yaml.Node) Node {
	return Node{doc: &reading{Report: r}}.child(y, nil)
}

// child returns a node below n.
func (n Node) child(y *yaml.Node, at *place) Node {
	aliased := n.aliased
	if y.Kind == yaml.AliasNode {
		y, aliased = y.Alias, true
	}
	return Node{y: y, at: at, doc: n.doc, aliased: aliased}
}

// expand accounts for reading n's children. It reports false when aliases expand to too much.
func (n Node) expand() bool {
	if !n.aliased {
		return true
	}
	if n.doc.expanded += len(n.y.Content); n.doc.expanded <= maxExpanded {
		return true
	}
	n.Fail("the aliases of this file stand for more than "+words.Thousands(maxExpanded)+" nodes",
		"use fewer aliases, and none within what another one stands for")
	n.doc.shut = true
	return false
}

// Fail reports a mistake at n.
func (n Node) Fail(problem, fix string) {
	n.doc.Add(n.y.Line, n.y.Column, n.at.String(), problem, fix)
}

// Missing reports a key that n should have.
func (n Node) Missing(key, fix string) {
	n.doc.Add(n.y.Line, n.y.Column, n.at.with(key).String(), "is missing", fix)
}

// At returns n with the place of a key below it, for a mistake about a key that is not written.
func (n Node) At(key string) Node {
	n.at = n.at.with(key)
	return n
}

// Line returns the line of n, from 1; that of the text where n is an alias.
func (n Node) Line() int { return n.y.Line }

// Raw returns the scalar at n as it is written, without quotes; nothing of a mapping or list.
func (n Node) Raw() string { return n.y.Value }

// Tag returns what YAML takes n for, such as "!!str".
func (n Node) Tag() string { return n.y.ShortTag() }

// IsScalar reports whether n is neither a mapping nor a list.
func (n Node) IsScalar() bool { return n.y.Kind == yaml.ScalarNode }

// IsBare reports whether n is written without quotes, tag or block style.
func (n Node) IsBare() bool { return n.y.Style == 0 }

// IsZero reports whether n is the zero Node, which stands for nothing in a file.
func (n Node) IsZero() bool { return n.y == nil }

// Mistakes returns how many mistakes the whole file has so far.
func (n Node) Mistakes() int { return len(n.doc.mistakes) }

// Full reports whether further mistakes would be left out, so that loops can skip costly checks.
func (n Node) Full() bool { return n.doc.Full() }

// Null reports whether nothing is written at n, which stands for an empty mapping or list.
func (n Node) Null() bool { return IsNull(n.y) }

// IsNull reports whether nothing is written at a node: no value, ~ or null.
func IsNull(y *yaml.Node) bool { return y.Kind == yaml.ScalarNode && y.ShortTag() == "!!null" }

// Kind says in words what is written at n.
func (n Node) Kind() string {
	switch {
	case n.y.Kind == yaml.MappingNode:
		return "a mapping"
	case n.y.Kind == yaml.SequenceNode:
		return "a list"
	}
	switch n.y.ShortTag() {
	case "!!null":
		return "empty"
	case "!!bool":
		return "the boolean " + n.y.Value
	case "!!int", "!!float":
		return "the number " + words.Quoteless(n.y.Value)
	case "!!timestamp":
		return "the date " + words.Quoteless(n.y.Value)
	}
	return "the text " + words.Quote(n.y.Value)
}

// with returns the place of a key below p.
func (p *place) with(key string) *place { return &place{up: p, key: key, index: -1} }

// entry returns the place of a list entry below p.
func (p *place) entry(index int) *place { return &place{up: p, index: index} }

// String returns the path, such as events."a.*".record[0].metric.
func (p *place) String() string {
	if p == nil {
		return ""
	}
	if p.index >= 0 {
		return p.up.String() + "[" + strconv.Itoa(p.index) + "]"
	}
	key := p.key
	if key == "" || strings.ContainsFunc(key, func(c rune) bool { return !plain(c) }) {
		key = words.Quote(key)
	} else {
		key = words.Quoteless(key)
	}
	if p.up == nil {
		return key
	}
	return p.up.String() + "." + key
}

// plain reports whether a key with the character can be read in a path without quotes.
func plain(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '/'
}
