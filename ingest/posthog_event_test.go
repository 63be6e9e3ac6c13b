// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// TestPostHogPeople: one distinct_id is a user's or a browser's, and groups are no users.
func TestPostHogPeople(t *testing.T) {
	for name, tt := range map[string]struct {
		event, properties      string
		user, anonymous, group string
		data                   data
	}{
		"a server's user":               {"payout", `"$lib":"posthog-node"`, "d", "", "", data{"$lib": "posthog-node"}},
		"not identified":                {"payout", `"$is_identified":false,"$device_id":"d","$process_person_profile":false`, "", "d", "", data{"$is_identified": false, "$process_person_profile": false}},
		"identified":                    {"payout", `"$is_identified":true,"$device_id":"a","$user_id":"d"`, "d", "a", "", data{"$is_identified": true}},
		"an older client, identified":   {"payout", `"$device_id":"a","$user_id":"d"`, "d", "a", "", data{}},
		"an older client, not":          {"payout", `"$device_id":"d"`, "", "d", "", data{}},
		"no person, on a server":        {"payout", `"$process_person_profile":false`, "", "d", "", data{"$process_person_profile": false}},
		"a person, on a server":         {"payout", `"$process_person_profile":true`, "d", "", "", data{"$process_person_profile": true}},
		"identify":                      {"$identify", `"$anon_distinct_id":"a","$device_id":"a2","$is_identified":false`, "d", "a", "", data{"$device_id": "a2", "$is_identified": false}},
		"a user on another's device":    {"payout", `"$user_id":"x","$device_id":"a"`, "d", "a", "", data{"$user_id": "x"}},
		"an alias":                      {"$create_alias", `"alias":"b"`, "d", "", "", data{"alias": "b"}},
		"one group":                     {"payout", `"$groups":{"company":"c"}`, "d", "", "c", data{"$groups": data{"company": "c"}}},
		"a group with a number":         {"payout", `"$groups":{"company":7}`, "d", "", "7", data{"$groups": data{"company": 7}}},
		"two groups":                    {"payout", `"$groups":{"company":"c","team":"t"}`, "d", "", "", data{"$groups": data{"company": "c", "team": "t"}}},
		"groups that are none":          {"payout", `"$groups":"c"`, "d", "", "", data{"$groups": "c"}},
		"a group's properties":          {"$groupidentify", `"$group_type":"company","$group_key":"c","$group_set":{"plan":"pro"}`, "d", "", "c", data{"$group_type": "company", "$group_key": "c", "$group_set": data{"plan": "pro"}}},
		"a name in other letters":       {"payout", `"\u0024device_id":"a","a\"b":1`, "d", "a", "", data{`a"b`: 1}},
		"nobody, in cookieless mode":    {"payout", `"distinct_id":"$posthog_cookieless"`, "", "", "", data{}},
		"a group that nobody described": {"$groupidentify", `"distinct_id":"$company_c","$group_type":"company","$group_key":"c"`, "", "", "c", data{"$group_type": "company", "$group_key": "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			top := `"distinct_id":"d",`
			if strings.Contains(tt.properties, `"distinct_id"`) {
				top = ""
			}
			a := s.post("/capture/", "", `{"api_key":"`+serverKey+`",`+top+`"event":"`+tt.event+`","uuid":"u-1","properties":{`+tt.properties+`}}`)
			events := s.Events("")
			if a.Refused != 0 || len(events) != 1 {
				t.Fatalf("%s, %d events", a.Body, len(events))
			}
			e := events[0]
			if e.Type != tt.event || e.UserID != tt.user || e.AnonymousID != tt.anonymous || e.GroupID != tt.group || e.Key != "u-1" {
				t.Errorf("%+v", e)
			}
			if diff := cmp.Diff(tt.data, e.Data); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestPostHogData: what a person is known by is kept where the source asks for it, and properties of the person are data.
func TestPostHogData(t *testing.T) {
	const event = `{"api_key":"` + webKey + `","event":"$pageview","distinct_id":"u","$set":{"plan":"pro","$ip":"192.0.2.1"},"properties":{
		"token":"` + webKey + `","$session_id":"s-1","$window_id":"w-1","$lib":"web","$current_url":"https://shop.example.com/?q=1","$ip":"192.0.2.1",
		"$raw_user_agent":"Mozilla/5.0","$geoip_city_name":"Rome","$geoip_disable":true,"$set_once":{"$initial_raw_user_agent":"Mozilla/5.0","$initial_os":"Linux"},
		"\u0024ip":"192.0.2.2","nested":{"$ip":"kept, because the page sent it"}}}`
	kept := data{
		"$window_id": "w-1", "$lib": "web", "$current_url": "https://shop.example.com/?q=1", "$geoip_disable": true,
		"$set": data{"plan": "pro"}, "$set_once": data{"$initial_os": "Linux"}, "nested": data{"$ip": "kept, because the page sent it"},
	}
	s := newService(t, nil)
	if a := s.post("/e/", "", event); a.Refused != 0 {
		t.Fatal(a.Body)
	}
	e := s.Events("page")[0]
	if e.Type != "$pageview" || e.SessionID != "s-1" || e.Platform != "web" {
		t.Errorf("%+v", e)
	}
	if diff := cmp.Diff(kept, e.Data); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	s = newService(t, func(c *ingest.Config) { c.Sources[0].Context = []string{"userAgent", "$geoip_city_name"} })
	if a := s.post("/e/", "", event); a.Refused != 0 {
		t.Fatal(a.Body)
	}
	kept["$raw_user_agent"], kept["$geoip_city_name"] = "Mozilla/5.0", "Rome"
	kept["$set_once"] = data{"$initial_os": "Linux", "$initial_raw_user_agent": "Mozilla/5.0"}
	if diff := cmp.Diff(kept, s.Events("page")[0].Data); diff != "" {
		t.Errorf("asked for (-want +got)\n%s", diff)
	}
}

// TestPostHogTimes: an offset needs no clock, a clock is corrected by when the request was sent, and imports keep their times.
func TestPostHogTimes(t *testing.T) {
	hour := func(n int) string { return time.Now().Add(time.Duration(n) * time.Hour).UTC().Format(time.RFC3339Nano) }
	millis := func(n int) string { return fmt.Sprint(time.Now().Add(time.Duration(n) * time.Hour).UnixMilli()) }
	for name, tt := range map[string]struct {
		target, batch, event string
		ago                  time.Duration
	}{
		"nothing":                             {"/e/", "", "", 0},
		"the client's clock":                  {"/e/", "", `,"timestamp":"` + hour(-2) + `"`, 2 * time.Hour},
		"a clock that is an hour ahead":       {"/batch/", `"sent_at":"` + hour(1) + `",`, `,"timestamp":"` + hour(0) + `"`, time.Hour},
		"an offset":                           {"/e/", "", `,"offset":60000`, time.Minute},
		"an offset and a wrong clock":         {"/e/?_=" + millis(5), "", `,"offset":60000,"timestamp":"` + hour(5) + `"`, time.Minute},
		"the query, in milliseconds":          {"/e/?sent_at=" + millis(3), "", `,"timestamp":"` + hour(2) + `"`, time.Hour},
		"the query of GET":                    {"/e/?_=" + millis(3), "", `,"timestamp":"` + hour(2) + `"`, time.Hour},
		"the query, in seconds":               {"/e/?_=" + millis(3)[:10], "", `,"timestamp":"` + hour(-2) + `"`, 2 * time.Hour},
		"of an event of a beacon":             {"/e/", "", `,"sent_at":"` + hour(9) + `","timestamp":"` + hour(8) + `"`, time.Hour},
		"a time of the older Python client":   {"/batch/", `"sentAt":"` + hour(1) + `",`, `,"timestamp":"` + hour(0) + `"`, time.Hour},
		"a time without a zone":               {"/e/", "", `,"timestamp":"` + strings.TrimSuffix(hour(-2), "Z") + `"`, 2 * time.Hour},
		"an import":                           {"/batch/", `"historical_migration":true,"sent_at":"` + hour(9) + `",`, `,"timestamp":"` + hour(-9000) + `"`, 9000 * time.Hour},
		"a time that is not to be corrected":  {"/batch/", `"sent_at":"` + hour(9) + `",`, `,"timestamp":"` + hour(-1) + `","properties":{"$ignore_sent_at":true}`, time.Hour},
		"a time of the body before the query": {"/batch/?_=" + millis(20), `"sent_at":"` + hour(9) + `",`, `,"timestamp":"` + hour(8) + `"`, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.post(tt.target, "", `{"api_key":"`+serverKey+`",`+tt.batch+`"batch":[{"event":"payout","distinct_id":"u"`+tt.event+`}]}`)
			if a.Refused != 0 {
				t.Fatal(a.Body)
			}
			if off := time.Since(s.Events("payout")[0].Time) - tt.ago; off < -time.Second || off > 30*time.Second {
				t.Errorf("off by %v", off)
			}
		})
	}
}

// TestPostHogRefusals: each event that is refused for good is named, and the others are taken.
func TestPostHogRefusals(t *testing.T) {
	event := func(fields string) string { return `{"event":"page","distinct_id":"u",` + fields + `}` }
	for name, tt := range map[string]struct {
		event  string
		reason ingest.Reason
	}{
		"no object":                {`7`, ingest.ReasonMalformed},
		"no name":                  {`{"distinct_id":"u"}`, ingest.ReasonMalformed},
		"nobody":                   {`{"event":"page"}`, ingest.ReasonMalformed},
		"a distinct_id of objects": {`{"event":"page","distinct_id":{"a":1}}`, ingest.ReasonMalformed},
		"properties of an array":   {event(`"properties":[]`), ingest.ReasonMalformed},
		"a time that is none":      {event(`"timestamp":"yesterday"`), ingest.ReasonMalformed},
		"an offset ahead":          {event(`"offset":-1`), ingest.ReasonMalformed},
		"an offset beyond reason":  {event(`"offset":1e300`), ingest.ReasonMalformed},
		"another source's key":     {event(`"token":"` + serverKey + `"`), ingest.ReasonMalformed},
		"an unknown key":           {event(`"properties":{"token":"nobody's"}`), ingest.ReasonMalformed},
		"too long ago":             {event(`"offset":172800000`), ingest.ReasonTime},
		"of another type":          {`{"event":"payout","distinct_id":"u"}`, ingest.ReasonType},
		"too large":                {event(`"properties":{"a":"` + strings.Repeat("x", 32<<10) + `"}`), ingest.ReasonTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.post("/batch/", "", `{"api_key":"`+webKey+`","batch":[`+event(`"uuid":"a"`)+","+tt.event+","+event(`"uuid":"b"`)+`]}`)
			if a.Code != http.StatusOK || a.Refused != 1 || len(a.Events) != 1 || a.Events[0].Index != 1 || a.Events[0].Reason != tt.reason {
				t.Errorf("%d %s", a.Code, a.Body)
			}
			if n := len(s.Events("page")); n != 2 {
				t.Errorf("%d events, want 2", n)
			}
		})
	}
	s := newService(t, func(c *ingest.Config) { c.Sources[0].Consent = "consent.analytics" })
	a := s.post("/batch/", "", `{"api_key":"`+webKey+`","batch":[`+event(`"properties":{"consent":{"analytics":true}}`)+","+event(`"properties":{}`)+`]}`)
	if a.Refused != 1 || a.Events[0].Reason != ingest.ReasonConsent || a.Events[0].Index != 1 {
		t.Errorf("consent: %s", a.Body)
	}
	if a := s.post("/batch/", "", `{"api_key":"`+webKey+`","historical_migration":true,"batch":[`+event(`"uuid":"a"`)+`]}`); a.Refused != 1 || a.Events[0].Reason != ingest.ReasonImport {
		t.Errorf("an import: %s", a.Body)
	}
}

// TestPostHogEngage: it updates a person, and its events have no name.
func TestPostHogEngage(t *testing.T) {
	s := newService(t, nil)
	if a := s.post("/engage/", "", `{"$token":"`+webKey+`","$distinct_id":"u","$set":{"plan":"pro"}}`); a.Refused != 0 {
		t.Fatal(a.Body)
	}
	e := s.Events("identify")
	if len(e) != 1 || e[0].UserID != "u" || e[0].Type != "$identify" {
		t.Errorf("%+v", e)
	}
	if diff := cmp.Diff(data{"$set": data{"plan": "pro"}}, e[0].Data); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
