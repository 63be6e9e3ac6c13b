// SPDX-License-Identifier: Apache-2.0

package diagnosis

import (
	"testing"
	"time"
)

func TestFindings(t *testing.T) {
	for _, tt := range []struct {
		name         string
		got          Finding
		status, text string
		details      int
		fixed        bool
	}{
		{"nothing waits", Pending(0, time.Hour, time.Minute), OK, "nothing waits for MongoDB", 0, false},
		{"one waits", Pending(1, 12*time.Second, time.Minute), OK, "1 event waits for MongoDB, the oldest for 12s", 0, false},
		{"some wait long", Pending(3, 2*time.Minute, time.Minute), Failed, "3 events wait for MongoDB, the oldest for 2m0s", 0, true},
		{"no sinks", Sinks(nil, time.Minute, "d"), OK, "none beside the first", 0, false},
		{"sinks", Sinks([]Sink{{"copy", 0, 0}, {"log", 3, time.Second}}, time.Minute, "d"), OK, "none of 2 has waited for long", 2, false},
		{"a late sink", Sinks([]Sink{{"copy", 0, time.Hour}, {"log", 3, time.Hour}}, time.Minute, "d"), Failed, "events wait for long: log", 2, true},
		{"no quarantine", Quarantine(0, nil, "d"), OK, "empty", 0, false},
		{"quarantine", Quarantine(3, map[string]int64{"a: x": 1, "b: y": 2}, "d"), Warning, "MongoDB refused 3 events for good", 2, true},
		{"no errors", Errors(Growth{}, Growth{}, time.Second), OK, "none since the start", 0, false},
		{"old errors", Errors(Growth{Total: 2}, Growth{Total: 1}, time.Second), OK, "none in 1s; 2 failed attempts to store and 1 rejected events since the start", 0, false},
		{"failures", Errors(Growth{Lines: []string{"x"}}, Growth{Lines: []string{"y"}}, time.Second), Failed, "attempts to store fail: more in 1s", 1, true},
		{"rejections", Errors(Growth{}, Growth{Lines: []string{"y"}}, time.Second), Warning, "events are rejected: more in 1s", 1, true},
		{"ready", Readiness(Ready, 200, "", "", "", 0), OK, "ready", 0, false},
		{"degraded", Readiness("degraded", 200, "", "", "away", 2), Warning, "degraded: events are accepted, and 2 events wait", 1, true},
		{"another sink away", Readiness("degraded", 200, "", "mongodb", "", 2, "sink copy: away"), Warning, "degraded: events are accepted, and 2 events wait", 1, true},
		{"unavailable", Readiness("unavailable", 503, "full", "mongodb", "away", 2), Failed, "unavailable (status 503)", 2, true},
		{"values", MapValues([]string{"b", "a"}), Warning, "fields or values are not as the map declares them, and are missing in metrics", 2, true},
		{"no wrong values", MapValues(nil), OK, "every field and value is as the map declares it", 0, false},
		{"lost", Lost(1), Failed, "1 event lost", 0, true},
		{"none lost", Lost(0), OK, "none", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got.Status != tt.status || tt.got.Text != tt.text || len(tt.got.Details) != tt.details || (len(tt.got.Fix) > 0) != tt.fixed {
				t.Errorf("got %+v", tt.got)
			}
		})
	}
}
