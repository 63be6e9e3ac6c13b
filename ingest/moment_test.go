// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestFormsOfATime sends each form of a time through each kind of door, and checks when the event happened.
func TestFormsOfATime(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	at := now.Add(-time.Minute)
	doors := map[string]string{
		"/v1/track":               `{"userId":"u","event":"order_completed","timestamp":"AT"SENT}`,
		"/v1/batch":               `{"batch":[{"type":"track","userId":"u","event":"order_completed","originalTimestamp":"AT"SENT}]}`,
		"/api/s/track":            `{"userId":"u","event":"order_completed","timestamp":"AT"SENT}`,
		"/v1/events":              `{"user_id":"u","event_type":"order_completed","timestamp":"AT"SENT}`,
		"/e":                      `{"distinct_id":"u","event":"order_completed","timestamp":"AT"SENT}`,
		"/i/v1/analytics/events/": `{"batch":[{"uuid":"1","distinct_id":"u","event":"order_completed","timestamp":"AT"SENT}]}`,
	}
	for _, form := range []string{
		"2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05.000-0700", "2006-01-02 15:04:05-0700",
		"2006-01-02T15:04:05", "2006-01-02T15:04:05.000000", "2006-01-02 15:04:05",
	} {
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 3600), time.FixedZone("", -9000)} {
			if zone != time.UTC && !strings.Contains(form, "07") {
				continue
			}
			for path, body := range doors {
				for _, ahead := range []time.Duration{0, time.Hour} { // the clock of the client
					text, field := at.Add(ahead).In(zone).Format(form), ""
					if ahead > 0 {
						name := "sent_at"
						if strings.Contains(body, "userId") {
							name = "sentAt"
						}
						field = `,"` + name + `":"` + now.Add(ahead).In(zone).Format(form) + `"`
					}
					s := newService(t, nil)
					a := s.post(path, serverKey, strings.NewReplacer("AT", text, "SENT", field).Replace(body))
					got := s.Events("order_completed")
					if a.Code != http.StatusOK || a.Refused != 0 || len(got) != 1 {
						t.Fatalf("%s %s%s: %d %s", path, text, field, a.Code, a.Body)
					}
					if off := got[0].Time.Sub(at).Abs(); off > 30*time.Second {
						t.Errorf("%s %s%s: it happened %v away", path, text, field, off)
					}
				}
			}
		}
	}
}
