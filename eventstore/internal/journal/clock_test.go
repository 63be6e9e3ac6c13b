// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// A clock that steps backwards, by years too, changes nothing about what comes back after a kill.
func TestClockStepsBackwards(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { return at }
	j := open(t, o)
	for _, step := range []time.Duration{0, -time.Hour, 0, time.Second, -30 * 365 * 24 * time.Hour, 0} {
		at = at.Add(step)
		fill(t, j, 3, 9_000)
	}
	waitSynced(t, j, 18)
	for _, loss := range []faultfs.Loss{faultfs.Kill(), faultfs.Strict()} {
		after := open(t, small(files.After(loss, 1)))
		if diff := cmp.Diff(span(1, 18), drain(t, after.NewReader()).seqs); diff != "" {
			t.Errorf("%s: %s", loss.Name, diff)
		}
		if rec := after.Recovery(); rec.Lost != 0 || len(rec.Damage) != 0 {
			t.Errorf("%s: %+v", loss.Name, rec)
		}
		closeJournal(t, after)
	}
	closeJournal(t, j)
}
