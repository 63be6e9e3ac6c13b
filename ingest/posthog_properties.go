// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// posthogProperties are the properties of an event, and what they say about who did it and where.
type posthogProperties struct {
	all []rawjson.Member

	token, distinctID, session string
	user, anonymous, device    string
	library, os                string
	groupType, groupKey        string
	groups                     []byte // the member $groups
	identified, profile        []byte // true, false or nothing
	ignoreSent                 bool
}

// The properties that become fields of the document, and those that carry the key.
var movedProperties = []string{"token", "api_key", "distinct_id", "$session_id"}

func readProperties(o object) (p posthogProperties) {
	if len(o) > 0 {
		for name, value := range rawjson.Members(o) {
			p.add(rawjson.Member{Name: string(name), Value: value})
		}
	}
	return p
}

// add adds a property. Of several with one name the last counts, as in JavaScript.
func (p *posthogProperties) add(m rawjson.Member) {
	p.all = append(p.all, m)
	switch m.Name {
	case "token", "api_key":
		p.token = textOf(m.Value)
	case "distinct_id":
		p.distinctID = textOf(m.Value)
	case "$session_id":
		p.session = textOf(m.Value)
	case "$user_id":
		p.user = textOf(m.Value)
	case "$anon_distinct_id":
		p.anonymous = textOf(m.Value)
	case "$device_id":
		p.device = textOf(m.Value)
	case "$lib":
		p.library = textOf(m.Value)
	case "$os", "$os_name":
		p.os = textOf(m.Value)
	case "$group_type":
		p.groupType = textOf(m.Value)
	case "$group_key":
		p.groupKey = textOf(m.Value)
	case "$groups":
		p.groups = m.Value
	case "$is_identified":
		p.identified = m.Value
	case "$process_person_profile":
		p.profile = m.Value
	case "$ignore_sent_at":
		p.ignoreSent = string(m.Value) == "true"
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

func isBool(value []byte) bool { return string(value) == "true" || string(value) == "false" }

// group returns the group of an event that has one.
func (p *posthogProperties) group() string {
	if p.groupKey != "" {
		return p.groupKey
	}
	var groups object
	if len(p.groups) == 0 || groups.UnmarshalJSON(p.groups) != nil || len(groups) == 0 {
		return ""
	}
	n, key := 0, ""
	for _, value := range rawjson.Members(groups) {
		n, key = n+1, textOf(value)
	}
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
func (p *posthogProperties) data(s *source, shape *shape, e *otelanalytics.Event, m *posthogMessage) []byte {
	text := []byte("{")
	keep := func(m rawjson.Member) {
		switch {
		case slices.Contains(movedProperties, m.Name):
		case m.Name == "$user_id" && textOf(m.Value) == e.UserID:
		case (m.Name == "$device_id" || m.Name == "$anon_distinct_id") && textOf(m.Value) == e.AnonymousID:
		case !s.keepsProperty(m.Name), shape.omits(m.Name):
		case m.Name == "$set" || m.Name == "$set_once":
			text = appendMember(text, m.Name, s.person(m.Value))
		default:
			text = appendMember(text, m.Name, m.Value)
		}
	}
	for _, m := range p.all {
		keep(m)
	}
	for _, set := range []rawjson.Member{{Name: "$set", Value: m.Set}, {Name: "$set_once", Value: m.SetOnce}} {
		if len(set.Value) > 0 && !slices.ContainsFunc(p.all, func(m rawjson.Member) bool { return m.Name == set.Name }) {
			keep(set)
		}
	}
	return append(text, '}')
}

// person returns properties of a person without what the source does not keep.
func (s *source) person(value []byte) []byte {
	if value[0] != '{' {
		return value
	}
	text := []byte("{")
	for name, of := range rawjson.Members(value) {
		if s.keepsProperty(string(name)) {
			text = appendMember(text, string(name), of)
		}
	}
	return append(text, '}')
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
