// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
)

// Semconv reads events of OpenTelemetry's semantic conventions, and the attributes that they refer to: groups of the types event and
// attribute_group, as build-tools and Weaver have them, and the events and attributes of definition/2. See
// https://github.com/open-telemetry/weaver/blob/main/schemas/semconv-syntax.md
func Semconv(files []File) (*Plan, error) {
	p := newPlan()
	c := conventions{plan: p, attributes: map[string]schema{}, groups: map[string]schema{}}
	var events []schema
	for _, f := range files {
		all, err := documents(f)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if d["groups"] == nil && d["events"] == nil && d["attributes"] == nil && d["attribute_groups"] == nil {
				return nil, fmt.Errorf("%s: has no semantic conventions: no groups, events or attributes", f.Name)
			}
			events = append(events, c.read(d)...)
		}
	}
	if events == nil {
		return nil, fmt.Errorf("%s: has no events: give the file with groups of type event, and those of the attributes", files[0].Name)
	}
	for _, e := range events {
		c.event(e)
	}
	return p.done(), nil
}

// conventions are attributes by their name, and groups by their id.
type conventions struct {
	plan               *Plan
	attributes, groups map[string]schema
}

// read collects what a document defines, and returns its events.
func (c *conventions) read(d schema) (events []schema) {
	groups := slices.Concat(d.objects("groups"), d.objects("attribute_groups"))
	for _, e := range d.objects("events") {
		groups = append(groups, schema{"type": "event", "name": e["name"], "brief": e["brief"], "attributes": e["attributes"], "body": e["body"], "constraints": e["constraints"], "deprecated": e["deprecated"]})
	}
	groups = append(groups, schema{"type": "attribute_group", "attributes": d["attributes"]})
	for _, g := range groups {
		c.groups[g.text("id")] = g
		if g.text("type") == "event" {
			events = append(events, g)
		}
		for _, a := range g.objects("attributes") {
			if name := nameOf(a, g.text("prefix")); name != "" {
				c.attributes[name] = a
			}
		}
	}
	return events
}

// nameOf returns the name of an attribute that is defined here; empty for one that is referred to.
func nameOf(a schema, prefix string) string {
	if key := a.text("key"); key != "" {
		return key
	}
	id := a.text("id")
	if id != "" && prefix != "" {
		id = prefix + "." + id
	}
	return id
}

// event adds an event.
func (c *conventions) event(g schema) {
	name := g.text("name")
	if name == "" {
		name = g.text("prefix") // as it was before events had names
	}
	if name == "" {
		name = strings.TrimPrefix(g.text("id"), "event.")
	}
	e := c.plan.event(name)
	if e == nil {
		return
	}
	e.Description, e.Deprecated = line(g.text("brief")), deprecated(g["deprecated"])
	var fields []*draft.Field
	c.attributesOf(name, g, nil, &fields)
	if body := g.object("body"); body != nil {
		fields = append(fields, c.body(name, body)...)
	}
	e.Fields = fields
}

// attributesOf adds the attributes of a group, and those of what it extends or refers to.
func (c *conventions) attributesOf(event string, g schema, within []string, to *[]*draft.Field) {
	for _, a := range g.objects("attributes") {
		if id := a.text("ref_group"); id != "" {
			c.group(event, id, within, to)
			continue
		}
		name := nameOf(a, g.text("prefix"))
		whole := a
		if ref := a.text("ref"); ref != "" {
			name = ref
			whole = schema{}
			defined, known := c.attributes[ref]
			if !known {
				c.plan.omit(event+", "+ref, "the attribute is not in the files: its type is not known")
			}
			for _, s := range []schema{defined, a} {
				for key, v := range s {
					whole[key] = v
				}
			}
		}
		if slices.ContainsFunc(*to, func(f *draft.Field) bool { return strings.Join(f.Path, ".") == name }) {
			continue // what extends a group has its own word on an attribute
		}
		*to = append(*to, c.attribute(event, name, whole)...)
	}
	if id := g.text("extends"); id != "" {
		c.group(event, id, within, to)
	}
	for _, constraint := range g.objects("constraints") {
		for _, key := range slices.Sorted(maps.Keys(constraint)) {
			id, ok := constraint[key].(string)
			if key == "include" && ok {
				c.group(event, id, within, to)
				continue
			}
			c.plan.omit(event, "constraints: %s: %v", key, constraint[key])
		}
	}
}

// group adds the attributes of another group.
func (c *conventions) group(event, id string, within []string, to *[]*draft.Field) {
	g, known := c.groups[id]
	if !known {
		c.plan.omit(event, "the group %s is not in the files", id)
	} else if !slices.Contains(within, id) {
		c.attributesOf(event, g, append(within, id), to)
	}
}

// conventionTypes are the types of attributes and of fields of a body.
var conventionTypes = map[string]string{"string": "string", "int": "int", "double": "double", "boolean": "bool", "map": "object"}

// attribute returns the field of an attribute.
func (c *conventions) attribute(event, name string, a schema) []*draft.Field {
	at := event + ", " + name
	parts, ok := path(name)
	if !ok {
		c.plan.omit(at, "no map can have the name of the field")
		return nil
	}
	f := &draft.Field{Path: parts, Description: line(a.text("brief")), Deprecated: deprecated(a["deprecated"])}
	c.typeOf(at, a, f)
	if f.Comment == "" {
		f.Comment = suspect(parts, f.Types)
	}
	switch level := a["requirement_level"].(type) {
	case string:
		f.Required = level == "required"
	case map[string]any:
		if condition := schema(level).text("conditionally_required"); condition != "" {
			c.plan.omit(at, "required under a condition: %s", line(condition))
		}
	}
	return []*draft.Field{f}
}

// typeOf reads the type of an attribute or of a field of a body.
func (c *conventions) typeOf(at string, a schema, f *draft.Field) {
	members := a.objects("members")
	open := true
	switch t := a["type"].(type) {
	case string:
		inner, list := strings.CutSuffix(t, "[]")
		inner = strings.TrimSuffix(strings.TrimPrefix(inner, "array["), "]")
		switch {
		case strings.HasPrefix(t, "template["):
			f.Types = []string{"object"}
			c.plan.omit(at, "the type of what is within: %s", t)
		case list || strings.HasPrefix(t, "array["):
			f.Types = []string{"array"}
			if inner != "map" && inner != "any" && inner != "undefined" {
				c.plan.omit(at, "what entries are: a map knows the fields of those that are objects")
			}
		case conventionTypes[t] != "":
			f.Types = []string{conventionTypes[t]}
		case t == "any" || t == "undefined" || t == "enum":
		default:
			c.plan.omit(at, "the type %s", t)
		}
	case map[string]any:
		members = schema(t).objects("members")
		open = t["allow_custom_values"] != false
	}
	if len(members) == 0 {
		return
	}
	var enum []any
	var known []string
	for _, m := range members {
		enum = append(enum, m["value"])
		known = append(known, fmt.Sprint(m["value"]))
	}
	c.plan.values(at, schema{"enum": enum}, f)
	if open {
		f.Values = nil
		f.Comment = "known values, and there may be others: " + strings.Join(known, ", ")
	}
}

// body returns the fields of a body, which lie within the field body.
func (c *conventions) body(event string, b schema) []*draft.Field {
	f := &draft.Field{Path: []string{"body"}, Description: line(b.text("brief")), Required: b.text("requirement_level") == "required"}
	c.typeOf(event+", body", b, f)
	c.plan.omit(event, "the body is no part of the data: its fields are within the field body")
	return append([]*draft.Field{f}, c.bodyFields(event, b, "body")...)
}

func (c *conventions) bodyFields(event string, b schema, within string) []*draft.Field {
	var all []*draft.Field
	for _, one := range b.objects("fields") {
		name := within + "." + one.text("id")
		all = append(all, c.attribute(event, name, one)...)
		if strings.HasPrefix(one.text("type"), "map") {
			all = append(all, c.bodyFields(event, one, name)...)
		}
	}
	return all
}

// deprecated returns why something is deprecated: a text, or a reason and what takes its place.
func deprecated(v any) string {
	switch v := v.(type) {
	case string:
		return line(v)
	case map[string]any:
		s := schema(v)
		if note := s.text("note"); note != "" {
			return line(note)
		}
		if to := s.text("renamed_to"); to != "" {
			return "Renamed to " + to + "."
		}
		return "Deprecated."
	}
	return ""
}
