// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
)

// setting reads the value of a key.
func (f *file) setting(s setting, n *yaml.Node) {
	switch s.value.kind {
	case listKind:
		f.list(s, n)
	case intervalsKind:
		f.entries(s, n)
	case sourcesKind:
		f.sources(s.key, n)
	default:
		f.scalar(s.key, s.value.kind, n, func(g given) error { return s.value.parse(f.config, g) })
	}
}

// scalar reads one value, after its references were replaced.
func (f *file) scalar(key string, k valueKind, n *yaml.Node, parse func(given) error) {
	want, hint := k.describe()
	switch {
	case n.Kind == yaml.AliasNode:
		f.fail(n, key, "must be "+want+", not an alias", "write the value out; put text that begins with * in quotes")
		return
	case n.Kind != yaml.ScalarNode:
		f.fail(n, key, "must be "+want+", not "+kind(n), "")
		return
	case n.Style&yaml.TaggedStyle != 0:
		f.fail(n, key, "has a tag, which is not read", "remove it; put text that begins with ! in quotes")
		return
	}
	r, ok := f.substitute(key, n)
	if !ok || r.absent {
		return
	}
	switch {
	case r.empty():
		f.fail(n, key, "is empty"+r.because(), "set it, or write a default after :- in the reference; with an empty one the key counts as not written")
	case r.from() != "" && strictyaml.IsNull(n):
		f.fail(n, key, r.from()+" is null", "give it a value")
	case strictyaml.IsNull(n), n.Value == "":
		f.fail(n, key, "is empty", "write a value, or remove the key for the default")
	case !k.holds(n.ShortTag()):
		what := kind(n)
		switch {
		case r.from() != "":
			what += ", and comes from " + r.names()
			if k == textKind || k == baseKind || k.secret() {
				hint = "put the reference in quotes"
			}
		case !k.secret():
			what += " " + quoted(n.Value)
		}
		f.fail(n, key, "must be "+want+", not "+what, hint)
	default:
		if err := parse(given{n.Value, r.from()}); err != nil {
			f.fail(n, key, err.Error(), "")
		}
	}
}

// list reads a list of names. A key without a value is an empty list.
func (f *file) list(s setting, n *yaml.Node) {
	if strictyaml.IsNull(n) {
		s.value.names(f.config, nil)
		return
	}
	if n.Kind != yaml.SequenceNode {
		f.fail(n, s.key, "must be a list, not "+kind(n), `write [A, B], or one "- NAME" a line`)
		return
	}
	var names []string
	for _, item := range n.Content {
		plain := item.Kind == yaml.ScalarNode && item.Style&yaml.TaggedStyle == 0
		var r references
		if plain {
			var ok bool
			if r, ok = f.substitute(s.key, item); !ok || r.absent {
				continue
			}
		}
		switch {
		case r.empty():
			f.fail(item, s.key, "has an empty name"+r.because(), "set it, or write a default after :- in the reference; with an empty one the name counts as not written")
		case !plain || item.ShortTag() != "!!str" || item.Value == "":
			what := kind(item)
			if r.from() != "" {
				what += ", and comes from " + r.names()
			}
			f.fail(item, s.key, "must be a list of names, and this is "+what, "write text; put numbers, true, false and null in quotes")
		default:
			if err := s.value.checked(given{item.Value, r.from()}); err != nil {
				f.fail(item, s.key, err.Error(), "")
				continue
			}
			names = append(names, item.Value)
		}
	}
	s.value.names(f.config, names)
}

// entries reads a mapping of names to values. A key without a value is an empty mapping.
func (f *file) entries(s setting, n *yaml.Node) {
	if strictyaml.IsNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		f.fail(n, s.key, "must be a mapping, not "+kind(n), "write one NAME: VALUE a line")
		return
	}
	lines := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := key.Value
		full := s.key + "." + name
		line, there := lines[name]
		switch {
		case key.Kind != yaml.ScalarNode || !shown.MatchString(name):
			f.fail(key, s.key, "the name here (not shown) is none", "write letters, digits and _ . - alone, at most 64")
		case there:
			f.fail(key, full, "is already there on line "+strconv.Itoa(line), "remove one of the two")
		default:
			lines[name] = key.Line
			f.scalar(full, intervalKind, value, func(g given) error { return s.value.entry(f.config, name, g) })
		}
	}
}

// describe returns the kind of value that is needed, and a hint how to write it.
func (k valueKind) describe() (want, hint string) {
	switch k {
	case booleanKind:
		return "true or false", "write true or false, without quotes"
	case integerKind:
		return "a whole number", "write decimal digits, without quotes"
	case rateKind:
		return "a number", "write digits, without quotes"
	case textKind, baseKind, uriKind, keyKind:
		return "text", "put it in quotes"
	default:
		return "a single value", ""
	}
}

// holds reports whether a scalar with this YAML tag can be of the kind.
func (k valueKind) holds(tag string) bool {
	switch k {
	case booleanKind:
		return tag == "!!bool"
	case integerKind:
		return tag == "!!int"
	case rateKind:
		return tag == "!!int" || tag == "!!float"
	case textKind, baseKind, uriKind, keyKind:
		return tag == "!!str"
	default:
		return true
	}
}

// kind describes the kind of a node without repeating its value.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch n.ShortTag() {
	case "!!bool":
		return "a boolean"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!null":
		return "empty"
	}
	if n.Value == "" {
		return "empty text"
	}
	return "text"
}
