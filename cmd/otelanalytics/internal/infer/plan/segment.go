// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Segment reads tracking plans of Segment: answers of the Public API with rules of a plan, the same rules as Terraform and typewriter
// write them, and plans of the API before it, whose rules have events, identify, group and global.
func Segment(files []File) (*Plan, error) {
	p := newPlan()
	for _, f := range files {
		var v any
		if err := json.Unmarshal(f.Data, &v); err != nil {
			return nil, fmt.Errorf("%s: is no JSON: %w", f.Name, err)
		}
		rules, ok := segmentRules(v)
		if !ok {
			return nil, fmt.Errorf("%s: is no tracking plan of Segment: it has no rules; save the answer of the Public API's GET /tracking-plans/ID/rules", f.Name)
		}
		p.segment(rules)
	}
	return p.done(), nil
}

// rule is one rule of a plan.
type rule struct {
	kind, key, description, deprecated string
	version                            float64
	schema                             schema
}

// segmentRules finds the rules of a plan.
func segmentRules(v any) ([]rule, bool) {
	switch v := v.(type) {
	case []any:
		var all []rule
		for _, one := range v {
			m, ok := one.(map[string]any)
			if !ok {
				return nil, false
			}
			all = append(all, newRule(m))
		}
		return all, true
	case map[string]any:
		for _, key := range []string{"data", "rules", "trackingPlan", "tracking_plan"} {
			if rules, ok := segmentRules(v[key]); ok {
				return rules, true
			}
		}
		if _, ok := v["events"].([]any); !ok {
			return nil, false
		}
		return oldRules(v), true
	}
	return nil, false
}

// newRule reads a rule of the Public API.
func newRule(m map[string]any) rule {
	s := schema(m)
	r := rule{kind: strings.ToUpper(s.text("type")), key: s.text("key"), schema: s.object("jsonSchema")}
	r.version, _ = s.number("version")
	for _, key := range []string{"jsonSchema", "json_schema"} {
		switch v := m[key].(type) {
		case map[string]any:
			r.schema = v
		case string: // as Terraform's jsonencode has it
			_ = json.Unmarshal([]byte(v), &r.schema) // what is no schema has no fields
		}
	}
	if at := s.text("deprecatedAt"); at != "" && !strings.HasPrefix(at, "0001-") {
		r.deprecated = "Deprecated in Segment's plan since " + at + "."
	}
	r.description = r.schema.text("description")
	return r
}

// oldRules reads the rules of the API before the Public API.
func oldRules(m map[string]any) []rule {
	var all []rule
	for _, one := range m["events"].([]any) {
		event, ok := one.(map[string]any)
		if !ok {
			continue
		}
		s := schema(event)
		r := rule{kind: "TRACK", key: s.text("name"), description: s.text("description"), schema: s.object("rules")}
		r.version, _ = s.number("version")
		all = append(all, r)
	}
	for key, kind := range map[string]string{"global": "COMMON", "identify": "IDENTIFY", "group": "GROUP"} {
		if s := schema(m).object(key); s != nil {
			all = append(all, rule{kind: kind, schema: s})
		}
	}
	return all
}

// ofEvents are the keywords of a whole event that a map can express, or that say nothing about data.
var ofEvents = slices.DeleteFunc(slices.Clone(ofEntries), func(key string) bool { return key == "anyOf" || key == "oneOf" || key == "format" })

// parts are the objects of a call that rules are about.
var parts = []string{"context", "properties", "traits"}

// segment adds the events of some rules.
func (p *Plan) segment(rules []rule) {
	// Of several versions, the last one counts.
	slices.SortStableFunc(rules, func(a, b rule) int { return int(b.version - a.version) })
	versions := map[string]float64{}
	for _, r := range rules {
		if r.kind != "TRACK" && r.kind != "" {
			p.call(r)
			continue
		}
		if v, there := versions[r.key]; there && v > r.version {
			p.omit(r.key, "version %v: version %v is in the map", r.version, v)
			continue
		}
		versions[r.key] = r.version
		e := p.event(r.key)
		if e == nil {
			continue
		}
		e.Description, e.Deprecated = line(r.description), r.deprecated
		data := r.schema
		if whole(r.schema) {
			data = r.schema.object("properties").object("properties")
			p.around(r.key, r.schema)
			p.rest(e.Name, r.schema, ofEvents)
		}
		p.closed = data["additionalProperties"] == false
		e.Fields = p.properties(e.Name, data, nil)
		if labels := r.schema.object("labels"); len(labels) > 0 {
			p.omit(e.Name, "labels")
		}
		if p.closed {
			e.Additional = "violate"
		} else {
			p.additional(e.Name, data)
		}
		p.rest(e.Name, data, ofEvents)
	}
}

func (s schema) part(key string) schema { return s.object("properties").object(key) }

// whole reports whether a schema is about a call, and not about its properties alone.
func whole(s schema) bool {
	all := s.object("properties")
	for key := range all {
		if !slices.Contains(parts, key) && key != "required" { // some plans have it a level too deep
			return false
		}
	}
	return len(all) > 0
}

// around notes rules about what an event has beside its properties.
func (p *Plan) around(event string, s schema) {
	for _, part := range []string{"context", "traits"} {
		if s.part(part).says() {
			p.omit(event, "rules about %s", part)
		}
	}
}

// call notes rules about calls that are no events of a map.
func (p *Plan) call(r rule) {
	kind := strings.ToLower(r.kind)
	said := false
	for _, part := range parts {
		said = said || r.schema.part(part).says()
	}
	switch {
	case kind == "common" && said:
		p.omit("all events", "rules that each call has to keep to")
	case r.key != "":
		p.omit(r.key, "rules of %s calls; declare the event type that your service tracks for them", kind)
	case said:
		p.omit(kind, "rules of %s calls; declare the event type that your service tracks for them", kind)
	}
}
