// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// RudderStack reads tracking plans of rudder-cli with what they refer to: files of the kinds tp or tracking-plan, events, properties and
// custom-types, in the versions rudder/0.1, rudder/v0.1 and rudder/v1.
func RudderStack(files []File) (*Plan, error) {
	p := newPlan()
	c := catalog{plan: p, events: map[string]schema{}, properties: map[string]schema{}, types: map[string]schema{}}
	var plans []schema
	for _, f := range files {
		all, err := documents(f)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			spec := d.object("spec")
			switch kind := d.text("kind"); kind {
			case "tp", "tracking-plan":
				plans = append(plans, spec)
			case "events":
				index(c.events, spec.objects("events"))
			case "properties":
				index(c.properties, spec.objects("properties"))
			case "custom-types":
				index(c.types, spec.objects("types"))
			case "categories":
			case "":
				return nil, fmt.Errorf("%s: is no file of rudder-cli: it has no kind, such as tp, events or properties", f.Name)
			default:
				p.omit(f.Name, "the kind %s", kind)
			}
		}
	}
	if plans == nil {
		return nil, fmt.Errorf("%s: has no tracking plan: give the file of kind tp or tracking-plan, and those of its events and properties", files[0].Name)
	}
	for _, spec := range plans {
		for _, r := range spec.objects("rules") {
			c.rule(r)
		}
	}
	return p.done(), nil
}

func index(to map[string]schema, all []schema) {
	for _, one := range all {
		to[one.text("id")] = one
	}
}

// catalog is what rules refer to, by its id.
type catalog struct {
	plan                      *Plan
	events, properties, types map[string]schema
	resolved                  int // references to properties
}

// mostResolved bounds references to properties: custom types that refer to one another double the fields with each of them.
const mostResolved = 20_000

// reference returns the id that a reference ends in: #/properties/GROUP/ID, #properties/GROUP/ID or #property:ID.
func reference(v any, keys ...string) string {
	if m, ok := v.(map[string]any); ok {
		for _, key := range keys {
			if s := schema(m).text(key); s != "" {
				v = s
			}
		}
	}
	s, _ := v.(string)
	return s[strings.LastIndexAny(s, "/:")+1:]
}

// rule adds an event.
func (c *catalog) rule(r schema) {
	p, where := c.plan, "rule "+r.text("id")
	if kind := r.text("type"); kind != "event_rule" {
		p.omit(where, "rules of type %s", kind)
		return
	}
	id := reference(r["event"], "$ref")
	event, known := c.events[id]
	name := event.text("name")
	switch kind := event.text("event_type"); {
	case !known:
		name = id
		p.omit(id, "the event is not in the files: its id is taken for its name")
	case kind != "" && kind != "track":
		p.omit(where, "rules of %s calls; declare the event type that your service tracks for them", kind)
		return
	case name == "":
		name = id
	}
	e := p.event(name)
	if e == nil {
		return
	}
	e.Description = line(event.text("description"))
	if category := reference(event["category"]); category != "" {
		e.Group = category
	}
	switch p.closed = closed(r) || closed(r.object("event")); {
	case p.closed:
		e.Additional = "violate"
	case !slices.ContainsFunc(additionalKeys, func(key string) bool { return r[key] != nil || r.object("event")[key] != nil }):
		p.omit(name, "the rule does not say whether it takes fields that are not planned; rudder-cli then takes none, and the map keeps them")
	}
	s := c.object(name, r, nil)
	e.Fields = p.properties(name, s, nil)
	if s := r.text("identity_section"); s != "" && s != "properties" {
		p.omit(name, "the rules are about %s, and the map has them for the data", s)
	}
}

// additionalKeys are the names that versions of the format have for whether fields that are not planned are taken.
var additionalKeys = []string{"allow_unplanned", "additional_properties", "additionalProperties"}

// closed reports whether fields that are not planned are refused.
func closed(s schema) bool {
	return slices.ContainsFunc(additionalKeys, func(key string) bool { return s[key] == false })
}

// object returns the schema of an object with the properties of a rule, of a property or of a custom type. within are the types that it
// is part of.
func (c *catalog) object(where string, r schema, within []string) schema {
	all, required := map[string]any{}, []any{}
	add := func(refs []schema, optional bool) {
		for _, ref := range refs {
			name, one := c.property(where, ref, within)
			if _, there := all[name]; there {
				continue
			}
			all[name] = map[string]any(one)
			if ref["required"] == true && !optional {
				required = append(required, name)
			}
		}
	}
	add(r.objects("properties"), false)
	for _, v := range r.objects("variants") {
		c.plan.omit(where, "variants: which fields there are by the value of %s; they are in the map, and not required", reference(v["discriminator"]))
		for _, one := range v.objects("cases") {
			add(one.objects("properties"), true)
		}
		add(v.objects("default"), true)
		if d := v.object("default"); d != nil {
			add(d.objects("properties"), true)
		}
	}
	return schema{"type": "object", "properties": all, "required": required}
}

// property returns the name and the schema of a property that is referred to.
func (c *catalog) property(where string, ref schema, within []string) (string, schema) {
	id := reference(map[string]any(ref), "$ref", "property")
	if c.resolved++; c.resolved > mostResolved {
		c.plan.omit("all events", "what lies behind %s references to properties", words.Thousands(mostResolved))
		return id, schema{}
	}
	one, known := c.properties[id]
	name := one.text("name")
	if name == "" {
		name = id
	}
	at := where + ", " + name
	if !known {
		c.plan.omit(at, "the property is not in the files: its id is taken for its name, and its type is not known")
	}
	s := c.typed(at, one, within)
	if hasFields(ref) {
		inner := c.object(at, ref, within)
		if s["type"] == "array" {
			s["items"] = map[string]any(inner)
		} else {
			s["properties"], s["required"] = inner["properties"], inner["required"]
		}
	}
	for _, key := range additionalKeys {
		if v, ok := ref[key].(bool); ok {
			within := s
			if items, ok := s["items"].(map[string]any); ok {
				within = items
			}
			within["additionalProperties"] = v
		}
	}
	return name, s
}

// hasFields reports whether a reference or a custom type says which fields there are.
func hasFields(s schema) bool { return len(s.objects("properties"))+len(s.objects("variants")) > 0 }

// configKeys are the rules of a property by the names that versions of the format have for them.
var configKeys = map[string]string{
	"min_length": "minLength", "max_length": "maxLength", "multiple_of": "multipleOf", "min_items": "minItems", "max_items": "maxItems",
	"unique_items": "uniqueItems", "exclusive_minimum": "exclusiveMinimum", "exclusive_maximum": "exclusiveMaximum",
	"item_types": "itemTypes", "item_type": "itemTypes", "itemType": "itemTypes",
}

// typed returns the schema of a property or of a custom type.
func (c *catalog) typed(at string, one schema, within []string) schema {
	s := schema{}
	if d := one.text("description"); d != "" {
		s["description"] = d
	}
	s["type"] = one["type"]
	if types := one.list("types"); types != nil {
		s["type"] = types
	}
	if t, ok := s["type"].(string); ok && strings.HasPrefix(t, "#") {
		s = c.custom(at, reference(t), within)
		if d := one.text("description"); d != "" {
			s["description"] = d
		}
	}
	for _, source := range []schema{one.object("propConfig"), one.object("config"), one} {
		for key, v := range source {
			name := key
			if n, ok := configKeys[key]; ok {
				name = n
			}
			switch {
			case name == "itemTypes":
				s["items"] = c.entries(at, v, within)
			case source == nil || slices.Contains([]string{"id", "name", "display_name", "type", "types", "description", "propConfig", "config", "properties", "variants"}, key):
			default:
				s[name] = v
			}
		}
	}
	return s
}

// custom returns the schema of a custom type.
func (c *catalog) custom(at, id string, within []string) schema {
	one, known := c.types[id]
	switch {
	case !known:
		c.plan.omit(at, "the custom type %s is not in the files: the type of the field is not known", id)
		return schema{}
	case slices.Contains(within, id):
		c.plan.omit(at, "the custom type %s is within itself", id)
		return schema{"type": one["type"]}
	}
	within = append(within[:len(within):len(within)], id)
	s := c.typed(at, one, within)
	if hasFields(one) {
		inner := c.object(at, one, within)
		s["properties"], s["required"] = inner["properties"], inner["required"]
		if c.plan.closed { // rudder-cli sends false for a custom type; nested properties are open unless the plan says otherwise
			s["additionalProperties"] = false
		}
	}
	return s
}

// entries returns the schema of the entries of an array.
func (c *catalog) entries(at string, v any, within []string) map[string]any {
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
	}
	if t, ok := v.(string); ok && strings.HasPrefix(t, "#") {
		return c.custom(at, reference(t), within)
	}
	return map[string]any{"type": v}
}
