// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// posthogProperties are the properties of an event, and what they say about who did it and where.
type posthogProperties struct {
	all []member

	token, distinctID, session string
	user, anonymous, device    string
	library, os                string
	groupType, groupKey        string
	groups                     json.RawMessage // the member $groups
	identified, profile        json.RawMessage // true, false or nothing
	ignoreSent                 bool
}

// The properties that become fields of the document, and those that carry the key.
var movedProperties = []string{"token", "api_key", "distinct_id", "$session_id"}

func readProperties(o object) (p posthogProperties) {
	if len(o) > 0 {
		members(o, p.add)
	}
	return p
}

// add adds a property. Of several with one name the last counts, as in JavaScript.
func (p *posthogProperties) add(m member) {
	p.all = append(p.all, m)
	switch m.name {
	case "token", "api_key":
		p.token = textOf(m.value)
	case "distinct_id":
		p.distinctID = textOf(m.value)
	case "$session_id":
		p.session = textOf(m.value)
	case "$user_id":
		p.user = textOf(m.value)
	case "$anon_distinct_id":
		p.anonymous = textOf(m.value)
	case "$device_id":
		p.device = textOf(m.value)
	case "$lib":
		p.library = textOf(m.value)
	case "$os", "$os_name":
		p.os = textOf(m.value)
	case "$group_type":
		p.groupType = textOf(m.value)
	case "$group_key":
		p.groupKey = textOf(m.value)
	case "$groups":
		p.groups = m.value
	case "$is_identified":
		p.identified = m.value
	case "$process_person_profile":
		p.profile = m.value
	case "$ignore_sent_at":
		p.ignoreSent = string(m.value) == "true"
	}
}

// cookieless is the distinct_id of everybody whom a client in its mode without cookies does not tell apart.
const cookieless = "$posthog_cookieless"

// who tells the id of a user from that of a browser or a phone whose user is not known. PostHog has one distinct_id for both.
func (p *posthogProperties) who(eventType, distinct string) (user, anonymous string) {
	isUser := true
	switch {
	case distinct == cookieless, eventType == "$groupidentify" && distinct == "$"+p.groupType+"_"+p.groupKey:
		return "", "" // nobody's id
	case eventType == "$identify":
	case isBool(p.identified):
		isUser = string(p.identified) == "true"
	case p.user != "":
	case p.device != "":
		isUser = p.device != distinct
	case string(p.profile) == "false":
		isUser = false
	}
	if !isUser {
		return "", distinct
	}
	if p.anonymous == "" {
		p.anonymous = p.device
	}
	if p.anonymous == distinct {
		return distinct, ""
	}
	return distinct, p.anonymous
}

func isBool(value json.RawMessage) bool { return string(value) == "true" || string(value) == "false" }

// group returns the group of an event that has one.
func (p *posthogProperties) group() string {
	if p.groupKey != "" {
		return p.groupKey
	}
	var groups object
	if len(p.groups) == 0 || json.Unmarshal(p.groups, &groups) != nil || len(groups) == 0 {
		return ""
	}
	n, key := 0, ""
	members(groups, func(m member) { n, key = n+1, textOf(m.value) })
	if n != 1 {
		return ""
	}
	return key
}

// platform returns the platform of clients that tell it.
func (p *posthogProperties) platform() string {
	switch p.library {
	case "web", "js":
		return "web"
	case "posthog-ios", "posthog-android", "posthog-react-native", "posthog-flutter":
		if os := strings.ToLower(p.os); os == "ios" || os == "android" {
			return os
		}
	}
	return ""
}

// data returns the data of an event: the properties, without those that are fields of the document, and without what the source does
// not keep of a person.
func (p *posthogProperties) data(s *source, shape *shape, e *otelanalytics.Event, m *posthogMessage) json.RawMessage {
	fields := []byte{}
	keep := func(m member) {
		switch {
		case slices.Contains(movedProperties, m.name):
		case m.name == "$user_id" && textOf(m.value) == e.UserID:
		case (m.name == "$device_id" || m.name == "$anon_distinct_id") && textOf(m.value) == e.AnonymousID:
		case !s.keepsProperty(m.name), shape.omits(m.name):
		case m.name == "$set" || m.name == "$set_once":
			fields = member{m.name, s.person(m.value)}.append(fields)
		default:
			fields = m.append(fields)
		}
	}
	for _, m := range p.all {
		keep(m)
	}
	for _, set := range []member{{"$set", json.RawMessage(m.Set)}, {"$set_once", json.RawMessage(m.SetOnce)}} {
		if len(set.value) > 0 && !slices.ContainsFunc(p.all, func(m member) bool { return m.name == set.name }) {
			keep(set)
		}
	}
	return slices.Concat([]byte("{"), fields, []byte("}"))
}

// person returns properties of a person without what the source does not keep.
func (s *source) person(value json.RawMessage) json.RawMessage {
	if value[0] != '{' {
		return value
	}
	fields := []byte{}
	members(value, func(m member) {
		if s.keepsProperty(m.name) {
			fields = m.append(fields)
		}
	})
	return slices.Concat([]byte("{"), fields, []byte("}"))
}

// keepsProperty reports whether the source keeps a property. Addresses, places and user agents are kept where Context asks for them,
// by the name that Segment's context has for them or by that of the property.
func (s *source) keepsProperty(name string) bool {
	short, found := strings.CutPrefix(name, "$")
	if !found {
		return true
	}
	var segment string
	switch short = strings.TrimPrefix(short, "initial_"); {
	case short == "ip":
		segment = "ip"
	case short == "raw_user_agent", short == "user_agent":
		segment = "userAgent"
	case strings.HasPrefix(short, "geoip_") && short != "geoip_disable":
		segment = "location"
	default:
		return true
	}
	return slices.Contains(s.Context, segment) || slices.Contains(s.Context, name)
}
