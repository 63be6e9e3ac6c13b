// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const typesMap = `version: 1
events:
  page: {renamed_from: [$pageview, Page Viewed]}
  order.*: {}
  order.refund.*: {}
`

// TestTypesOfASource: a type is allowed by any name of its entry, and one below a pattern by the pattern or by itself.
func TestTypesOfASource(t *testing.T) {
	m, err := eventmap.Parse([]byte(typesMap))
	if err != nil {
		t.Fatal(err)
	}
	client := analyticstest.New(t, m).Client
	for _, tt := range []struct {
		name    string
		types   []string
		sent    string
		allowed bool
	}{
		{"all", nil, "page", true},
		{"all, one that is not declared", nil, "login", false},
		{"none", []string{}, "page", false},
		{"by its name", []string{"page"}, "page", true},
		{"by its name, sent under an earlier one", []string{"page"}, "$pageview", true},
		{"by an earlier name", []string{"$pageview"}, "page", true},
		{"by an earlier name, sent under another one", []string{"$pageview"}, "Page Viewed", true},
		{"another one", []string{"page"}, "order.paid", false},
		{"by its pattern", []string{"order.*"}, "order.paid", true},
		{"by a pattern with a longer one", []string{"order.*"}, "order.refund.asked", false},
		{"by the longer pattern", []string{"order.refund.*"}, "order.refund.asked", true},
		{"by itself", []string{"order.paid"}, "order.paid", true},
		{"another one of the pattern", []string{"order.paid"}, "order.sent", false},
		{"the name of the pattern", []string{"order.paid"}, "order.*", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := ingest.New(client, ingest.Config{Sources: []ingest.Source{{Name: "web", Types: tt.types, Keys: []ingest.KeyHash{ingest.HashKey(webKey)}}}})
			if err != nil {
				t.Fatal(err)
			}
			s := &service{t: t, handler: h}
			for door, body := range map[string]string{
				"/v1/events": `{"event_type":"` + tt.sent + `","user_id":"u"}`, "/v1/track": `{"event":"` + tt.sent + `","userId":"u"}`,
				"/capture": `{"event":"` + tt.sent + `","distinct_id":"u"}`,
			} {
				if a := s.post(door, webKey, body); (a.Refused == 0) != tt.allowed || !tt.allowed && a.Events[0].Reason != ingest.ReasonType {
					t.Errorf("%s: %s", door, a.Body)
				}
			}
		})
	}
	_, err = ingest.New(client, ingest.Config{Sources: []ingest.Source{{Name: "web", Types: []string{"order.paid.*", "pages"}, Keys: []ingest.KeyHash{ingest.HashKey(webKey)}}}})
	if err == nil || strings.Count(err.Error(), "does not declare") != 2 {
		t.Errorf("types that match nothing: %v", err)
	}
}

// TestClientThatIsOff: a service whose client is off starts with the same configuration, and takes nothing that it would not keep.
func TestClientThatIsOff(t *testing.T) {
	h, err := ingest.New(otelanalytics.NewNop(), ingest.Config{Sources: []ingest.Source{{Name: "web", Types: []string{"page"}, Keys: []ingest.KeyHash{ingest.HashKey(webKey)}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, handler: h}
	for door, body := range map[string]string{
		"/v1/events": `{"event_type":"page"}`, "/v1/batch": `{"batch":[]}`, "/capture": `{"event":"page","distinct_id":"u"}`,
	} {
		if a := s.post(door, webKey, body); a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") != "5" {
			t.Errorf("%s: %d %s", door, a.Code, a.Body)
		}
	}
	if a := s.post("/v1/events", "another", `{"event_type":"page"}`); a.Code != http.StatusUnauthorized {
		t.Errorf("an unknown key: %d", a.Code)
	}
}

// TestKeysThatAreGivenTwice: a hash that a source has twice, as in keys and in a file, is one key.
func TestKeysThatAreGivenTwice(t *testing.T) {
	twice := func(c *ingest.Config) { c.Sources[0].Keys = append(c.Sources[0].Keys, c.Sources[0].Keys...) }
	if a := newService(t, twice).post("/v1/events", webKey, `{"event_type":"page"}`); !a.Success || a.Refused != 0 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}
