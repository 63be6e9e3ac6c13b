// SPDX-License-Identifier: Apache-2.0

package evaluation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// TestReplace: a reading changes the series whose value is another one, and has those absent that it does not set.
func TestReplace(t *testing.T) {
	m, err := eventmap.Parse([]byte("version: 1\nmetrics: {users: {instrument: unique, windows: {daily: 24h}, attributes: {plan: {limit: 3}}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	e := newEvaluator(t, m)
	for _, step := range []struct {
		name    string
		set     map[string]int64
		changed []string
	}{
		{"the first", map[string]int64{"free": 2, "pro": 0}, []string{"free 2", "pro 0"}},
		{"the same again", map[string]int64{"free": 2, "pro": 0}, nil},
		{"one is gone", map[string]int64{"free": 3}, []string{"free 3", "pro absent"}},
		{"it stays so", map[string]int64{"free": 3}, nil},
		{"it is back", map[string]int64{"free": 3, "pro": 0}, []string{"pro 0"}},
	} {
		e.Replace("users", func(set func(int64, ...string)) {
			for plan, v := range step.set {
				set(v, "plan", plan, "time_period", "daily")
			}
		})
		var changed []string
		for _, s := range e.Changed() {
			text := fmt.Sprint(s.Values[0], " ", s.Int)
			if s.Absent {
				text = s.Values[0] + " absent"
			}
			changed = append(changed, text)
			if s.Values[1] != "daily" {
				t.Errorf("%s: %v", step.name, s.Values)
			}
		}
		slices.SortFunc(changed, strings.Compare)
		if diff := cmp.Diff(step.changed, changed); diff != "" {
			t.Errorf("%s:\n%s", step.name, diff)
		}
	}
	e.Replace("unknown", func(func(int64, ...string)) { t.Error("a metric that is not there is read") })
}
