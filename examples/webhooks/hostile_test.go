// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// What strangers choose (labels, actions, even the event's name) must not
// decide how many series Prometheus has to keep.
func TestHostileValuesAreBounded(t *testing.T) {
	var lines []string
	for i := range 10_000 {
		lines = append(lines, fmt.Sprintf(`{"event":"issues","payload":{"action":"labeled","label":{"name":"label %d"}}}`, i))
	}
	for i := range 1_000 {
		lines = append(lines,
			fmt.Sprintf(`{"event":"team","payload":{"action":"action %d"}}`, i),
			fmt.Sprintf(`{"event":"unheard_of_%d","payload":{}}`, i))
	}
	s := newService(t)
	s.start("-replay", writeLines(t, lines), "-linger")
	n := float64(len(lines))
	if diff := cmp.Diff(outcome{Accepted: n, Stored: n}, s.outcome()); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}

	labels := s.values("github_issue_labels_total")
	if len(labels) != 101 {
		t.Errorf("10,000 labels have %d series, want 100 and other", len(labels))
	}
	for series, n := range labels {
		want := 1.0
		if series == `github_issue_labels_total{label="other"}` {
			want = 9_900
		}
		if n != want {
			t.Errorf("%s is %v, want %v", series, n, want)
		}
	}
	deliveries := s.values("github_deliveries_total")
	count := func(part string) (series int, sum float64) {
		for name, n := range deliveries {
			if strings.Contains(name, part) {
				series, sum = series+1, sum+n
			}
		}
		return series, sum
	}
	// The limit of action is 200, and "labeled" and "none" are among them.
	if series, sum := count(`event="team"`); series > 200 || sum != 1_000 {
		t.Errorf("1,000 actions have %d series with a sum of %v, want at most 200 with 1,000", series, sum)
	}
	if got := deliveries[servicetest.Series("github_deliveries_total", map[string]string{"event": "other", "action": "none"})]; got != 1_000 {
		t.Errorf("1,000 unheard-of events are counted %v times as other", got)
	}
	overflow := s.values("otelanalytics_attributes_overflow_total")
	if got := overflow[`otelanalytics_attributes_overflow_total{attribute="label",metric="github_issue_labels"}`]; got != 9_900 {
		t.Errorf("9,900 labels became other, counted as %v in %v", got, overflow)
	}
	if n := countDocuments(t, s.db); n != int64(len(lines)) {
		t.Errorf("there are %d documents, want %d: bounds are for metrics alone", n, len(lines))
	}
	s.Stop()
}
