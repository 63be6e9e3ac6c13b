// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

const (
	// maxBytes bounds a file, so that a wrong path does not fill the memory.
	maxBytes = 1 << 20
	// maxMistakes bounds the list for a file that is something else.
	maxMistakes = 100
)

// file reads a file into a Config.
type file struct {
	table  []setting
	config *Config
	lookup func(name string) string // a variable of the environment; empty: not set
	report *strictyaml.Report
}

func (c *Config) readFile(table []setting, path string, lookup func(string) string) []error {
	data, err := readConfig(path)
	if err != nil {
		return []error{fmt.Errorf("configuration file: %w", err)}
	}
	return c.parseFile(table, path, data, lookup)
}

func readConfig(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(data) > maxBytes {
		err = fmt.Errorf("%s is larger than 1 MiB; a configuration is never that long: check the path", path)
	}
	return data, err
}

// parseFile reads the one YAML document of a file. A file that has only comments sets nothing.
func (c *Config) parseFile(table []setting, name string, data []byte, lookup func(string) string) []error {
	f := &file{table: table, config: c, lookup: lookup, report: strictyaml.NewReport(maxMistakes)}
	first, second, wrong := strictyaml.Decode(data)
	if first != nil {
		f.group(first, "")
	}
	if second != nil {
		f.fail(second, "", "a second YAML document begins here", `a configuration is one document: remove the "---" between them`)
	}
	if wrong != nil {
		f.syntax(data, wrong)
	}
	var errs []error
	for _, m := range f.report.Mistakes() {
		text := m.Problem
		if m.Key != "" {
			text = m.Key + ": " + text
		}
		if m.Fix != "" {
			text += "; " + m.Fix
		}
		errs = append(errs, fmt.Errorf("%s:%d:%d: %s", name, m.Line, m.Column, text))
	}
	return errs
}

// syntax reports where a file is not YAML. The parser's message about an alias repeats text of the file, which may be a
// secret that needs quotes.
func (f *file) syntax(data []byte, wrong *strictyaml.SyntaxError) {
	if wrong.Anchor != "" {
		f.report.Add(wrong.Line, wrong.Column, "", "an alias, which is not read, begins here", "put text that begins with * in quotes")
		return
	}
	fix := "check the colons, quotes, brackets and the indentation here"
	if strings.Contains(lineOf(data, wrong.Line), "${") {
		fix += "; between braces and brackets a reference needs quotes"
	}
	f.report.Add(wrong.Line, wrong.Column, "", "this is not YAML: "+wrong.Problem, fix)
}

// lineOf returns one line of a file, from 1, without its end; nothing beyond the last one.
func lineOf(data []byte, line int) string {
	for ; line > 1; line-- {
		_, data, _ = bytes.Cut(data, []byte{'\n'})
	}
	text, _, _ := bytes.Cut(data, []byte{'\n'})
	return string(text)
}

// fail notes a mistake.
func (f *file) fail(n *yaml.Node, key, problem, fix string) {
	f.report.Add(n.Line, n.Column, key, problem, fix)
}

// group reads a mapping whose keys are settings, or groups of settings.
func (f *file) group(n *yaml.Node, path string) {
	if strictyaml.IsNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		f.fail(n, path, "must be a mapping, not "+kind(n), "write one KEY: VALUE a line: "+strings.Join(f.keys(path), ", "))
		return
	}
	lines := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := key.Value
		full := name
		if path != "" {
			full = path + "." + name
		}
		if key.Kind != yaml.ScalarNode || !shown.MatchString(name) {
			f.fail(key, path, "the key here (not shown) is not a known key", suggest("", f.keys(path)))
			continue
		}
		if line, ok := lines[name]; ok {
			f.fail(key, full, "is already there on line "+strconv.Itoa(line), "remove one of the two")
			continue
		}
		lines[name] = key.Line
		f.entry(key, value, path, full)
	}
}

// shown matches keys that a message may repeat: not a secret that has lost its key.
var shown = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

func (f *file) entry(key, n *yaml.Node, path, full string) {
	for _, s := range f.table {
		switch {
		case s.key == full && !strings.Contains(key.Value, "."):
			if !s.value.unread {
				f.setting(s, n)
			}
			return
		case strings.HasPrefix(s.key, full+".") && !strings.Contains(key.Value, "."):
			f.group(n, full)
			return
		}
	}
	f.fail(key, full, "is not a known key", f.suggest(key.Value, path))
}

// keys returns the keys below a path, in the table's order.
func (f *file) keys(path string) []string {
	var keys []string
	for _, s := range f.table {
		rest := s.key
		if path != "" {
			var ok bool
			if rest, ok = strings.CutPrefix(s.key, path+"."); !ok {
				continue
			}
		}
		rest, _, _ = strings.Cut(rest, ".")
		if len(keys) == 0 || keys[len(keys)-1] != rest {
			keys = append(keys, rest)
		}
	}
	return keys
}

// suggest looks for an unknown key at its own place first, then anywhere, as for a key that was written
// without its group, in a wrong one, or with a dot.
func (f *file) suggest(name, path string) string {
	keys := f.keys(path)
	if _, ok := words.Nearest(name, keys); ok {
		return suggest(name, keys)
	}
	for _, s := range f.table {
		group, last, _ := strings.Cut(s.key, ".")
		switch {
		case last == "" && s.key == name:
			return "write it at the top, without indentation; known here: " + strings.Join(keys, ", ")
		case last != "" && (name == last || name == s.key):
			return "write " + last + " indented below " + group + "; known here: " + strings.Join(keys, ", ")
		}
	}
	return suggest(name, keys)
}
