// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const (
	// maxBytes bounds a file, so that a wrong path does not fill the memory.
	maxBytes = 1 << 20
	// maxMistakes bounds the list for a file that is something else.
	maxMistakes = 100
)

// file reads a file into a Config.
type file struct {
	name   string
	table  []setting
	config *Config
	lookup func(name string) string // a variable of the environment; empty: not set
	errs   []error
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

// parseFile reads the one YAML document of a file. A file of comments alone says nothing.
func (c *Config) parseFile(table []setting, name string, data []byte, lookup func(string) string) []error {
	f := &file{name: name, table: table, config: c, lookup: lookup}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decode(dec, &first)
	if err == nil {
		f.group(first.Content[0], "")
		if err = decode(dec, &second); err == nil {
			f.fail(&second, "", "a second YAML document begins here", `a configuration is one document: remove the "---" between them`)
		}
	}
	if !errors.Is(err, io.EOF) && err != nil {
		f.syntax(data, err)
	}
	return f.errs
}

// decode reads the next document. The YAML parser panics where it finds itself in a state that it does not
// expect; a wrong file must not take the host down with it.
func decode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("yaml: the parser gave up")
		}
	}()
	return dec.Decode(n)
}

var (
	syntaxLine    = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax says where a file is not YAML. The parser knows lines only, and those not always well: the column is that of
// the line's first character. What it says
// of aliases repeats text of the file, which may be a secret that wants quotes.
func (f *file) syntax(data []byte, err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		before, _, _ := bytes.Cut(data, []byte("*"+m[1]))
		at := yaml.Node{Line: bytes.Count(before, []byte{'\n'}) + 1}
		at.Column = utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		f.fail(&at, "", "an alias, which is not read, begins here", "put text that begins with * in quotes")
		return
	}
	at := yaml.Node{Line: 1}
	if m := syntaxLine.FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	text := lineOf(data, at.Line)
	at.Column = utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t\ufeff")) + 1
	fix := "check the colons, quotes, brackets and the indentation here"
	if strings.Contains(text, "${") {
		fix += "; between braces and brackets a reference needs quotes"
	}
	f.fail(&at, "", "this is not YAML: "+message, fix)
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
	if key != "" {
		key += ": "
	}
	if fix != "" {
		problem += "; " + fix
	}
	f.add(fmt.Errorf("%s:%d:%d: %s%s", f.name, n.Line, n.Column, key, problem))
}

func (f *file) add(err error) {
	switch len(f.errs) {
	case maxMistakes:
		f.errs = append(f.errs, fmt.Errorf("%s: there are more mistakes than the %d listed here; mend these first", f.name, maxMistakes))
	case maxMistakes + 1:
	default:
		f.errs = append(f.errs, err)
	}
}

// group reads a mapping whose keys are settings, or groups of settings.
func (f *file) group(n *yaml.Node, path string) {
	if isNull(n) {
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
			f.setting(s, n)
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
	if _, ok := nearest(name, keys); ok {
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
