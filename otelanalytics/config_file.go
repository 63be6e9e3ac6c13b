// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxConfigBytes bounds the file.
const maxConfigBytes = 1 << 20

func (c *Config) readFile(path string) []error {
	f, err := os.Open(path)
	if err != nil {
		return []error{fmt.Errorf("otelanalytics: configuration: %w", err)}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfigBytes+1))
	switch {
	case err != nil:
		return []error{fmt.Errorf("otelanalytics: configuration: %w", err)}
	case len(data) > maxConfigBytes:
		return []error{fmt.Errorf("otelanalytics: configuration: %s has more than %d bytes", path, maxConfigBytes)}
	}
	return c.parseFile(path, data)
}

// fileReader reads one file and collects its mistakes.
type fileReader struct {
	path   string
	config *Config
	known  []setting
	errs   []error
}

func (c *Config) parseFile(path string, data []byte) []error {
	r := &fileReader{path: path, config: c, known: settings()}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil // an empty file says nothing
	case err != nil:
		return []error{fmt.Errorf("otelanalytics: %s: this is not YAML: %s", path, withoutValues(err))}
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.fail(&document, "", "a second YAML document follows; a configuration is one document")
	}
	r.mapping("", document.Content[0])
	return r.errs
}

// withoutValues keeps the line of a syntax error, since the rest may quote a secret.
func withoutValues(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line, _, ok := strings.Cut(message, ":")
	if !ok || !strings.HasPrefix(line, "line ") {
		line = "it"
	}
	return line + " cannot be read; check the colons, quotes, brackets and the indentation there"
}

func (r *fileReader) fail(n *yaml.Node, key, problem string) {
	if key != "" {
		key += ": "
	}
	r.errs = append(r.errs, fmt.Errorf("otelanalytics: %s:%d:%d: %s%s", r.path, max(n.Line, 1), max(n.Column, 1), key, problem))
}

// mapping reads the keys below prefix.
func (r *fileReader) mapping(prefix string, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, prefix, "must be a mapping; write KEY: VALUE, one a line")
		return
	}
	lines := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		key := name.Value
		if prefix != "" {
			key = prefix + "." + key
		}
		if line, ok := lines[key]; ok {
			r.fail(name, shortened(key), fmt.Sprintf("is already there on line %d; remove one of the two", line))
			continue
		}
		lines[key] = name.Line
		switch at := slices.IndexFunc(r.known, func(s setting) bool { return s.key == key }); {
		case at >= 0:
			r.value(r.known[at], value)
		case r.group(key):
			r.mapping(key, value)
		default:
			r.fail(name, shortened(key), "is not a known key; known keys: "+strings.Join(r.keys(prefix), ", "))
		}
	}
}

// group reports whether there are keys below key.
func (r *fileReader) group(key string) bool {
	return slices.ContainsFunc(r.known, func(s setting) bool { return strings.HasPrefix(s.key, key+".") })
}

// keys lists the keys directly below prefix.
func (r *fileReader) keys(prefix string) []string {
	var keys []string
	for _, s := range r.known {
		rest, ok := s.key, true
		if prefix != "" {
			rest, ok = strings.CutPrefix(s.key, prefix+".")
		}
		key, _, _ := strings.Cut(rest, ".")
		if ok && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (r *fileReader) value(s setting, n *yaml.Node) {
	value, ok := r.scalar(s, n)
	if !ok {
		return
	}
	if err := s.set(r.config, value); err != nil {
		r.fail(n, s.key, s.explain(value, err))
	}
}

// scalar returns what is written for a setting as one text. Nothing written is a mistake: leave the key out
// for the default.
func (r *fileReader) scalar(s setting, n *yaml.Node) (string, bool) {
	switch {
	case n.Kind == yaml.SequenceNode && s.list:
		parts := make([]string, 0, len(n.Content))
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode || item.ShortTag() == "!!null" || strings.Contains(item.Value, ",") {
				r.fail(item, s.key, "must be a name without commas")
				return "", false
			}
			parts = append(parts, item.Value)
		}
		return strings.Join(parts, ","), true
	case n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null":
		return n.Value, true
	case s.list:
		r.fail(n, s.key, "must be a list, such as [A, B]")
	default:
		r.fail(n, s.key, "must be one value; leave the key out for the default")
	}
	return "", false
}
