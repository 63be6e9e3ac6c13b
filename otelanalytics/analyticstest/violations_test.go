// SPDX-License-Identifier: Apache-2.0

package analyticstest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// errorsOf is a test that keeps what it fails with.
type errorsOf struct {
	testing.TB
	errors *[]string
}

func (t errorsOf) Errorf(format string, args ...any) {
	*t.errors = append(*t.errors, fmt.Sprintf(format, args...))
}

// TestViolationsFailTheTest: in each mode a test hears of every violation when it ends, but for those that it asked for.
func TestViolationsFailTheTest(t *testing.T) {
	for _, mode := range []string{"count", "omit", "quarantine", "reject"} {
		m := servicetest.Map(t, "version: 1\non_violation: "+mode+"\nevents: {paid: {additional: violate, data: {total: {type: int, min: 0}, id: {type: string, required: true}}}}\n")
		track := func(t *testing.T, rec *analyticstest.Recorder, data map[string]any) {
			t.Helper()
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: data}); (err != nil) != (mode == "reject") {
				t.Errorf("%s: %v", mode, err)
			}
		}
		for _, tt := range []struct {
			name string
			do   func(*testing.T, *analyticstest.Recorder)
			want []string
		}{
			{"none", func(*testing.T, *analyticstest.Recorder) {}, nil},
			{"several", func(t *testing.T, rec *analyticstest.Recorder) {
				track(t, rec, map[string]any{"total": -5, "id": "a"})
				track(t, rec, map[string]any{"total": "x", "more": 1})
				track(t, rec, map[string]any{"total": -6, "id": "a"})
			}, []string{
				`analyticstest: the event "paid" violates the rule additional of the field "*", 1 times: track what the event map declares, or call Violations where the test means it`,
				`analyticstest: the event "paid" violates the rule required of the field "id", 1 times: track what the event map declares, or call Violations where the test means it`,
				`analyticstest: the event "paid" violates the rule min of the field "total", 2 times: track what the event map declares, or call Violations where the test means it`,
				`analyticstest: the event "paid" violates the rule type of the field "total", 1 times: track what the event map declares, or call Violations where the test means it`,
			}},
			{"one that is meant", func(t *testing.T, rec *analyticstest.Recorder) {
				track(t, rec, map[string]any{"total": -5, "id": "a"})
				want := []analyticstest.Violation{{EventType: "paid", Field: "total", Rule: "min", Count: 1}}
				if diff := cmp.Diff(want, rec.Violations()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}, nil},
			{"one behind those that are meant", func(t *testing.T, rec *analyticstest.Recorder) {
				track(t, rec, map[string]any{"total": -5, "id": "a"})
				rec.Violations()
				track(t, rec, map[string]any{"total": -5, "id": "a"})
			}, []string{`analyticstest: the event "paid" violates the rule min of the field "total", 1 times: track what the event map declares, or call Violations where the test means it`}},
		} {
			t.Run(mode+" "+tt.name, func(t *testing.T) {
				var failed []string
				t.Cleanup(func() { // after those of the recorder
					if diff := cmp.Diff(tt.want, failed); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				})
				tt.do(t, analyticstest.New(errorsOf{t, &failed}, m))
			})
		}
	}
}
