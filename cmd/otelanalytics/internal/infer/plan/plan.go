// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// File is a file of a plan.
type File struct {
	Name string
	Data []byte
}

// Plan is a plan as a map, and what the map does not say.
type Plan struct {
	Map     *draft.Map
	Omitted []string // where, and what; in order

	closed bool // the event that is read takes no fields that it does not declare
}

func newPlan() *Plan { return &Plan{Map: &draft.Map{}} }

// omit notes something that a map cannot say. where is an event, and perhaps a field of it.
func (p *Plan) omit(where, format string, args ...any) {
	p.Omitted = append(p.Omitted, where+": "+fmt.Sprintf(format, args...))
}

// event adds an event, unless a map cannot name it or has it already; nil then.
func (p *Plan) event(name string) *draft.Event {
	switch {
	case name == "" || name == "other" || strings.Contains(name, "*") || words.Control(name) || !utf8.ValidString(name):
		p.omit(fmt.Sprintf("event %q", name), "no map can have the name: it is empty or \"other\", or has a * or a control character")
		return nil
	case slices.ContainsFunc(p.Map.Events, func(e *draft.Event) bool { return e.Name == name }):
		p.omit(name, "declared more than once; the first is in the map")
		return nil
	}
	e := &draft.Event{Name: name}
	p.Map.Events = append(p.Map.Events, e)
	return e
}

// done sorts, and sees to it that the map loads.
func (p *Plan) done() *Plan {
	for _, e := range p.Map.Events {
		e.Fields = p.consistent(e.Name, e.Fields)
	}
	p.Map.Sort()
	slices.Sort(p.Omitted)
	p.Omitted = slices.Compact(p.Omitted)
	return p
}

// consistent leaves out fields that are declared twice, and the types of fields that others lie within though they are neither objects
// nor arrays.
func (p *Plan) consistent(where string, fields []*draft.Field) []*draft.Field {
	at := map[string]*draft.Field{}
	var kept []*draft.Field
	for _, f := range fields {
		path := strings.Join(f.Path, ".")
		if at[path] != nil {
			p.omit(where+", "+path, "declared more than once; the first is in the map")
			continue
		}
		at[path] = f
		kept = append(kept, f)
		f.Items = p.consistent(where+", "+path, f.Items)
	}
	for _, f := range kept {
		for i := 1; i < len(f.Path); i++ {
			above := at[strings.Join(f.Path[:i], ".")]
			if above == nil || above.Types == nil || slices.Contains(above.Types, "object") || slices.Contains(above.Types, "array") {
				continue
			}
			p.omit(where+", "+strings.Join(above.Path, "."), "the type and its rules: other fields lie within it")
			*above = draft.Field{Path: above.Path, Required: above.Required, Description: above.Description, Deprecated: above.Deprecated, Comment: above.Comment}
		}
	}
	return kept
}

// path divides the name of a field at its dots; false when a map cannot have it.
func path(name string) ([]string, bool) {
	parts := strings.Split(name, ".")
	for _, part := range parts {
		if part == "" || draft.Reserved(part) || strings.ContainsAny(part, `[]"'`) || words.Control(part) || !utf8.ValidString(part) {
			return nil, false
		}
	}
	return parts, len(parts) <= 50
}

// suspect is the comment of a field whose name looks personal.
func suspect(path []string, types []string) string {
	k := personal.ByName(path)
	if k == personal.None || !(len(types) == 0 || slices.Contains(types, "string")) {
		return ""
	}
	return "looks like " + k.String() + ", by its name; think of redact: hash"
}

// line is text as one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
