// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
)

// The process is killed in the middle of a replay, several times, and what it
// had accepted is delivered by the next one; deliveries that are posted again
// have the same keys.
func TestKilledInTheMiddle(t *testing.T) {
	since := time.Now()
	s := newService(t)
	want := newTruth(s.ferretDB)
	var lines []string
	for copyNumber := range 2 {
		for i, line := range readLines(t, realDeliveries) {
			key := fmt.Sprintf("delivery-%d-%d", copyNumber, i)
			lines = append(lines, edit(t, line, func(d, payload map[string]any) {
				d["delivery"] = key
				want.deliver(t, d["event"].(string), key, payload)
			}))
		}
	}
	file := writeLines(t, lines)

	for _, stored := range []int64{50, 250, 400} {
		s.start("-replay", file)
		exampletest.Eventually(t, fmt.Sprintf("%d documents", stored), func() bool { return countDocuments(t, s.db) >= stored })
		s.Kill()
		if stdout, _ := s.Output(); stdout != "" {
			t.Fatalf("the replay was done before the kill: %s", stdout)
		}
	}
	s.start("-replay", file)
	got := s.outcome()
	n := float64(len(lines))
	if sum := got.Stored + got.Deduplicated + got.Quarantined; sum != n+got.Recovered {
		t.Errorf("%v deliveries of the file and %v recovered, but %v stored, deduplicated or quarantined", n, got.Recovered, sum)
	}
	if got.Deduplicated == 0 {
		t.Error("earlier processes stored events of the file, and none of them counts as deduplicated")
	}
	got.Stored, got.Deduplicated, got.Quarantined, got.Recovered = 0, 0, 0, 0
	if diff := cmp.Diff(outcome{Accepted: n}, got); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	if status := s.Exit(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	checkDocuments(t, "stored", s.stored(), want.stored, since)
	checkDocuments(t, "quarantined", s.quarantined(), want.quarantined, since)
	checkIndexes(t, s.db)
}
