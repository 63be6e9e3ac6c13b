// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "go.yaml.in/yaml/v3"

// setting reads the value of a key.
func (f *configFile) setting(s setting, n *yaml.Node) {
	if s.value.form == listForm {
		f.list(s, n)
		return
	}
	want, hint := s.value.form.describe()
	switch {
	case isNull(n):
		f.fail(n, s.key, "is empty", "write a value, or remove the key for the default")
	case n.Kind == yaml.AliasNode:
		f.fail(n, s.key, "must be "+want+", not an alias", "write the value out; put text that begins with * in quotes")
	case n.Kind != yaml.ScalarNode:
		f.fail(n, s.key, "must be "+want+", not "+kind(n), "")
	case n.Style&yaml.TaggedStyle != 0:
		f.fail(n, s.key, "has a tag, which is not read", "remove it; put text that begins with ! in quotes")
	case !s.value.form.holds(n.ShortTag()):
		what := kind(n)
		if s.value.form != secretForm {
			what += " " + quoted(n.Value)
		}
		f.fail(n, s.key, "must be "+want+", not "+what, hint)
	case n.Value == "":
		f.fail(n, s.key, "is empty", "write a value, or remove the key for the default")
	default:
		if err := s.value.parse(f.config, n.Value); err != nil {
			f.fail(n, s.key, err.Error(), "")
		}
	}
}

// list reads a list of names. Nothing written is an empty list.
func (f *configFile) list(s setting, n *yaml.Node) {
	if isNull(n) {
		s.value.names(f.config, nil)
		return
	}
	if n.Kind != yaml.SequenceNode {
		f.fail(n, s.key, "must be a list, not "+kind(n), `write [A, B], or one "- NAME" a line`)
		return
	}
	var names []string
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" || item.Value == "" || item.Style&yaml.TaggedStyle != 0 {
			f.fail(item, s.key, "must be a list of names, and this is "+kind(item), "write text; put numbers, true, false and null in quotes")
			continue
		}
		names = append(names, item.Value)
	}
	s.value.names(f.config, names)
}

// describe says what a value must be, and how to mend one that is not.
func (f form) describe() (want, hint string) {
	switch f {
	case booleanForm:
		return "true or false", "write true or false, without quotes"
	case integerForm:
		return "a whole number", "write decimal digits, without quotes"
	case anyForm:
		return "a single value", ""
	default:
		return "text", "put it in quotes"
	}
}

// holds reports whether a scalar with the tag has the form.
func (f form) holds(tag string) bool {
	switch f {
	case booleanForm:
		return tag == "!!bool"
	case integerForm:
		return tag == "!!int"
	case textForm, secretForm:
		return tag == "!!str"
	default:
		return true
	}
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// kind says in words what is written, without repeating it.
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
