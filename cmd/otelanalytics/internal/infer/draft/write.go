// SPDX-License-Identifier: Apache-2.0

package draft

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// proposal begins the lines that are commented out.
const proposal = "#: "

// SchemaComment has editors check the map while it is written.
const SchemaComment = "yaml-language-server: $schema=https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/eventmap/schema.json"

// Taken returns a map with its proposals as parts of it.
func Taken(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"+proposal), []byte("\n")) }

// mostBytes is how long a map can be for package eventmap, its comments included.
const mostBytes = 1 << 20

// ErrTooLong is the error of [Map.Bytes] for a map that the loader refuses for its length.
var ErrTooLong = errors.New("the map would have more than 1 MiB")

// Bytes returns the text of the map, which the loader takes, also with the proposals. Proposals that would not go with the map are
// left out, and a comment says so. The error is ErrTooLong for a text of more than 1 MiB with the proposals.
func (m *Map) Bytes() ([]byte, error) {
	text := m.text(true)
	if len(text) > mostBytes {
		return nil, ErrTooLong
	}
	if _, err := eventmap.Parse(Taken(text)); err == nil {
		return text, nil
	}
	without := *m
	if len(m.Metrics) > 0 {
		without.Comments = append(slices.Clip(m.Comments), "Metrics are not proposed: the map would not load with them.")
	}
	text = without.text(false)
	if _, err := eventmap.Parse(text); err != nil {
		return nil, fmt.Errorf("the map that was made has mistakes:\n%w", err)
	}
	return text, nil
}

// writer writes lines.
type writer struct {
	b         strings.Builder
	proposals bool
}

func (m *Map) text(proposals bool) []byte {
	w := &writer{proposals: proposals}
	for i, c := range m.Comments {
		if i > 0 {
			w.line("#")
		}
		for line := range strings.SplitSeq(c, "\n") {
			w.line("# " + comment(line))
		}
	}
	w.line("version: 1")
	if proposals && len(m.Metrics) > 0 {
		w.line("")
		w.propose("metrics:")
		for _, metric := range m.Metrics {
			w.metric(metric)
		}
	}
	w.line("")
	w.line("events:")
	for _, e := range m.Events {
		w.event(e)
	}
	return []byte(w.b.String())
}

func (w *writer) line(s string)    { w.b.WriteString(strings.TrimRight(s, " ") + "\n") }
func (w *writer) propose(s string) { w.line(proposal + s) }

func (w *writer) metric(m *Metric) {
	w.propose("  " + scalar(m.Name) + ":")
	w.propose("    instrument: " + m.Instrument)
	if m.Unit != "" {
		w.propose("    unit: " + scalar(m.Unit))
	}
	if m.Number != "" {
		w.propose("    number: " + m.Number)
	}
	if m.Description != "" {
		w.propose("    description: " + scalar(m.Description))
	}
	if len(m.Attributes) > 0 {
		w.propose("    attributes:")
	}
	for _, a := range m.Attributes {
		bound := "limit: " + strconv.Itoa(a.Limit)
		if a.Values != nil {
			bound = "values: " + list(a.Values)
		}
		w.propose("      " + scalar(a.Name) + ": {" + bound + "}")
	}
}

func (w *writer) event(e *Event) {
	w.line("  " + scalar(e.Name) + ":" + behind(e.Comment))
	for _, n := range e.Notes {
		w.line("    # " + comment(n))
	}
	for _, kv := range [][2]string{{"description", e.Description}, {"group", e.Group}, {"deprecated", e.Deprecated}, {"additional", e.Additional}} {
		if kv[1] != "" {
			w.line("    " + kv[0] + ": " + scalar(kv[1]))
		}
	}
	if len(e.Fields) > 0 {
		w.line("    data:")
		w.fields(e.Fields, "      ")
	}
	if !w.proposals || len(e.Records) == 0 {
		return
	}
	w.propose("    record:")
	for _, r := range e.Records {
		w.propose("      - metric: " + scalar(r.Metric))
		if r.Value != "" {
			w.propose("        value: " + scalar(r.Value))
		}
		if len(r.From) > 0 {
			var from []string
			for _, f := range r.From {
				from = append(from, scalar(f[0])+": "+scalar(f[1]))
			}
			w.propose("        from: {" + strings.Join(from, ", ") + "}")
		}
	}
}

func (w *writer) fields(fields []*Field, indent string) {
	for _, f := range fields {
		name, keys := indent+scalar(strings.Join(f.Path, "."))+":", f.keys()
		if !f.Entries {
			w.line(name + " {" + strings.Join(keys, ", ") + "}" + behind(f.Comment))
			continue
		}
		w.line(name + behind(f.Comment))
		for _, k := range keys {
			w.line(indent + "  " + k)
		}
		if len(f.Items) == 0 {
			w.line(indent + "  items: {}")
			continue
		}
		w.line(indent + "  items:")
		w.fields(f.Items, indent+"    ")
	}
}

// keys returns what a field says, but for its items.
func (f *Field) keys() []string {
	var keys []string
	add := func(key, value string) { keys = append(keys, key+": "+value) }
	switch len(f.Types) {
	case 0:
	case 1:
		add("type", f.Types[0])
	default:
		add("type", "["+strings.Join(f.Types, ", ")+"]")
	}
	if f.Required {
		add("required", "true")
	}
	if f.Values != nil {
		var all []string
		for _, v := range f.Values {
			if s, ok := v.(string); ok {
				all = append(all, scalar(s))
			} else {
				all = append(all, number(v))
			}
		}
		add("values", "["+strings.Join(all, ", ")+"]")
	}
	if f.Pattern != "" {
		add("pattern", scalar(f.Pattern))
	}
	for _, n := range []struct {
		key string
		n   int
	}{{"min_length", f.MinLength}, {"max_length", f.MaxLength}, {"max_items", f.MaxItems}} {
		if n.n > 0 {
			add(n.key, strconv.Itoa(n.n))
		}
	}
	if f.Min != nil {
		add("min", number(*f.Min))
	}
	if f.Max != nil {
		add("max", number(*f.Max))
	}
	if f.Redact != "" {
		add("redact", f.Redact)
	}
	if f.Deprecated != "" {
		add("deprecated", scalar(f.Deprecated))
	}
	if f.Description != "" {
		add("description", scalar(f.Description))
	}
	return keys
}

// number writes a number or a bool as the loader reads it.
func number(v any) string {
	f, ok := v.(float64)
	if !ok {
		return fmt.Sprint(v)
	}
	if f == float64(int64(f)) && f > -1<<53 && f < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".") { // YAML reads 1e+06 as text
		s = strings.Replace(s, "e", ".0e", 1)
	}
	return s
}

// list writes texts as a list in one line.
func list(all []string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = scalar(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// reserved are plain words that YAML takes for something else than text, in one of its versions.
var reserved = map[string]bool{"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true}

// scalar writes text as YAML: plain where that is no question, else in double quotes.
func scalar(s string) string {
	plain := s != "" && !reserved[strings.ToLower(s)] && (s[0] < '0' || s[0] > '9') && s[0] != '-' && s[0] != '.'
	for _, c := range s {
		plain = plain && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-')
	}
	if plain {
		return s
	}
	return strconv.Quote(s) // of valid UTF-8, of which each escape is one of YAML's
}

// behind writes a comment at the end of a line.
func behind(s string) string {
	if s == "" {
		return ""
	}
	return " # " + comment(s)
}

// comment writes text as a part of one line.
func comment(s string) string {
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, s)
}
