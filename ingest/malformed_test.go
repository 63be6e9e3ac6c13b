// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// TestMalformedMessages: a message that is JSON is refused inside a 200, at the doors for one message, too. Clients take another
// answer for the end of their whole queue, or try again for ever.
func TestMalformedMessages(t *testing.T) {
	keyed := func(fields string) string {
		return `{` + fields + `,"userId":"u","event":"order_completed","writeKey":"` + webKey + `"}`
	}
	for _, tt := range []struct {
		name, path, body string
		reason           ingest.Reason
		message          string
	}{
		{"a time", "/v1/track", keyed(`"timestamp":"noon"`), ingest.ReasonMalformed, "want a time such as 2026-01-02T15:04:05.000Z, or milliseconds since 1970 as a number"},
		{"properties", "/v1/t", keyed(`"properties":[]`), ingest.ReasonMalformed, "want a JSON object"},
		{"of a client of Jitsu's", "/api/s/track", keyed(`"properties":7`), ingest.ReasonMalformed, "want a JSON object"},
		{"too long", "/v1/track", keyed(`"properties":{"filler":"` + strings.Repeat("x", 40_000) + `"}`), ingest.ReasonTooLarge, "it has 40088 bytes, and a message has at most 32768"},
		{
			"too long with the context of its batch", "/v1/batch",
			`{"context":{"page":{"x":"` + strings.Repeat("x", 32_000) + `"}},"batch":[{"type":"track","event":"order_completed","userId":"u","properties":{"filler":"` + strings.Repeat("x", 1_000) + `"}}],"writeKey":"` + webKey + `"}`,
			ingest.ReasonTooLarge, "it has 33099 bytes with the context of its batch, and a message has at most 32768",
		},
		{"the context of a batch", "/v1/batch", `{"context":[],"batch":[{"type":"track","event":"order_completed","userId":"u"}],"writeKey":"` + webKey + `"}`, ingest.ReasonMalformed, "the context of its batch: want a JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.post(tt.path, "", tt.body)
			if a.Code != http.StatusOK || a.Refused != 1 || a.Events[0].Reason != tt.reason || a.Events[0].Message != tt.message {
				t.Errorf("%d %s", a.Code, a.Body)
			}
			if a := s.post(tt.path, "", strings.Replace(tt.body, webKey, "another", 1)); a.Code != http.StatusUnauthorized {
				t.Errorf("with an unknown key: %d %s", a.Code, a.Body)
			}
			if n := len(s.Events("order_completed")); n != 0 {
				t.Errorf("%d events", n)
			}
		})
	}
	for _, body := range []string{"7", "[]", `{"userId":`, `"x"`, ""} {
		if a := newService(t, nil).post("/v1/track", webKey, body); a.Code != http.StatusBadRequest || a.Message == "" {
			t.Errorf("%q: %d %s", body, a.Code, a.Body)
		}
	}
}

// TestSendTimesThatSayNothing: a time of sending corrects a clock. One that cannot be read costs no event.
func TestSendTimesThatSayNothing(t *testing.T) {
	now := time.Now()
	for name, sent := range map[string]string{
		"a word": `"noon"`, "nothing": `""`, "null": `null`, "an object": `{}`, "seconds": fmt.Sprint(now.Unix()), "seconds as a text": fmt.Sprintf(`"%d"`, now.Unix()),
		"milliseconds": fmt.Sprint(now.UnixMilli()), "milliseconds as a text": fmt.Sprintf(`"%d"`, now.UnixMilli()), "RFC 3339": `"` + form(now) + `"`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			at := form(now.Add(-time.Minute))
			for path, body := range map[string]string{
				"/v1/track":  `{"userId":"u","event":"order_completed","timestamp":"` + at + `","sentAt":` + sent + `}`,
				"/v1/batch":  `{"sentAt":` + sent + `,"batch":[{"type":"track","userId":"u","event":"order_completed","timestamp":"` + at + `"}]}`,
				"/v1/events": `{"user_id":"u","event_type":"order_completed","timestamp":"` + at + `","sent_at":` + sent + `}`,
				"/e":         `{"distinct_id":"u","event":"order_completed","timestamp":"` + at + `","sent_at":` + sent + `}`,
				"/batch":     `{"sent_at":` + sent + `,"batch":[{"distinct_id":"u","event":"order_completed","timestamp":"` + at + `"}]}`,
			} {
				if a := s.post(path, webKey, body); a.Code != http.StatusOK || a.Refused != 0 {
					t.Errorf("%s: %d %s", path, a.Code, a.Body)
				}
			}
			for _, e := range s.Events("order_completed") {
				if ago := now.Sub(e.Time); ago < 30*time.Second || ago > 90*time.Second {
					t.Errorf("an event of a minute ago happened %v ago", ago)
				}
			}
		})
	}
}
