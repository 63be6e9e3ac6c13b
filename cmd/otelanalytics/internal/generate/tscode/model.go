// SPDX-License-Identifier: Apache-2.0

package tscode

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/regexdialect"
)

// model is what the code says.
type model struct {
	events []*event
	hidden []string // names of events that the source may not send, earlier ones too
	left   []string // what was left out, for the standard error
}

type event struct {
	*eventmap.Event
	name string // in TypeScript, without what stands before and behind it
	data *field
}

// newModel takes the events that the source may send, by their names or patterns, and gives them names in TypeScript.
func newModel(m *eventmap.Map, types []string) (*model, error) {
	md := &model{}
	var problems []string
	used := map[string]bool{}
	names := map[string]string{}
	for _, e := range m.Events() {
		sent := false
		for _, t := range types {
			prefix, pattern := strings.CutSuffix(t, "*")
			if e.Name == t || pattern && strings.HasPrefix(e.Name, prefix) {
				sent, used[t] = true, true
			}
		}
		if !sent {
			md.hidden = append(md.hidden, e.Name)
			md.hidden = append(md.hidden, e.RenamedFrom...)
			continue
		}
		ev := &event{Event: e, name: named(e), data: fieldsOf(e)}
		if other, taken := names[ev.name]; taken {
			problems = append(problems, fmt.Sprintf("the events %q and %q are both %s in TypeScript; add go_name: NAME to one of them", other, e.Name, ev.name))
		}
		names[ev.name] = e.Name
		for i := range e.Data {
			f := &e.Data[i]
			if _, err := regexdialect.Translate(f.Rules.Pattern, regexdialect.ECMAScript); err != nil {
				problems = append(problems, fmt.Sprintf("the pattern of %s.data.%s has another meaning in ECMAScript: %v", e.Name, strings.Join(f.Path, "."), err))
			}
		}
		md.events = append(md.events, ev)
	}
	for _, t := range types {
		if !used[t] {
			problems = append(problems, fmt.Sprintf("--types: %q is not an event of the map, and no pattern for its events", t))
		}
	}
	if len(problems) > 0 {
		return nil, cli.Failedf("%s", strings.Join(problems, "\n"))
	}
	return md, nil
}

// named returns the name of an event: its words in capitals, joined.
func named(e *eventmap.Event) string {
	if e.GoName != "" {
		return e.GoName
	}
	var b strings.Builder
	for _, w := range strings.FieldsFunc(e.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		first, n := utf8.DecodeRuneInString(w)
		b.WriteRune(unicode.ToUpper(first))
		b.WriteString(w[n:])
	}
	if first, _ := utf8.DecodeRuneInString(b.String()); !unicode.IsLetter(first) {
		return "Event" + b.String()
	}
	return b.String()
}

// own returns a text of the map for a comment. One that names an event which the source may not send is left out.
func (md *model) own(place, text string) string {
	for _, name := range md.hidden {
		if name = strings.TrimSuffix(name, "*"); name != "" && mentions(text, name) {
			if left := place + ": it names an event of other sources"; !slices.Contains(md.left, left) {
				md.left = append(md.left, left)
			}
			return ""
		}
	}
	return text
}

// mentions reports whether a text has a name in it that is no part of a longer word.
func mentions(text, name string) bool {
	word := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		after, _ := utf8.DecodeRuneInString(text[at+i+len(name):])
		if !word(before) && !word(after) {
			return true
		}
		at += i + len(name)
	}
}
