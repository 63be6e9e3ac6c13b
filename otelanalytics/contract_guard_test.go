// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestTypeOfARedactedField is checked where the map has no other rule.
func TestTypeOfARedactedField(t *testing.T) {
	rec := analyticstest.New(t, servicetest.Map(t, "version: 1\nevents: {e: {data: {phone: {type: string, redact: drop}}}}"))
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", Data: object{"phone": 5}}); err != nil {
		t.Fatal(err)
	}
	want := []analyticstest.Violation{{EventType: "e", Field: "phone", Rule: eventmap.TypeRule, Count: 1}}
	if diff := cmp.Diff(want, rec.Violations()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBatchWithRulesRecordsEachEvent: the check of a later event does not change what an earlier one records.
func TestBatchWithRulesRecordsEachEvent(t *testing.T) {
	rec := analyticstest.New(t, servicetest.Map(t, `version: 1
metrics: {orders: {instrument: counter, attributes: {plan: {limit: 9}}}}
events: {e: {data: {plan: {type: string, required: true}}, record: [{metric: orders}]}}
`))
	batch := []otelanalytics.Event{{Type: "e", Data: object{"plan": "x"}}, {Type: "e", Data: object{"plan": "abc"}}}
	if err := rec.Client.TrackBatch(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if rec.Delta("orders", "plan", "x") != 1 || rec.Delta("orders", "plan", "abc") != 1 {
		t.Errorf("%v of x, %v of abc, want one each", rec.Delta("orders", "plan", "x"), rec.Delta("orders", "plan", "abc"))
	}
}
