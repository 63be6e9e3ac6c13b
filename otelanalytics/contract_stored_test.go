// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestMetricsHaveWhatIsStored: what is omitted is no label, in front of and behind fields that are not declared.
func TestMetricsHaveWhatIsStored(t *testing.T) {
	m := servicetest.Map(t, `version: 1
metrics: {orders: {instrument: counter, attributes: {plan: {limit: 9}}}}
events:
  e:
    on_violation: omit
    additional: omit
    data: {plan: {type: string, max_length: 3}, last: {type: int}, kept: {}}
    record: [{metric: orders}]
`)
	rec := analyticstest.New(t, m)
	data := bson.D{{Key: "x", Value: 1}, {Key: "plan", Value: "long"}, {Key: "y", Value: 1}, {Key: "last", Value: "a"}, {Key: "z", Value: 1}, {Key: "kept", Value: 2}}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", Data: data}); err != nil {
		t.Fatal(err)
	}
	rec.Violations()
	if diff := cmp.Diff(`{"kept":2}`, plainJSON(t, rec.Events("e")[0].Document.Lookup("event_data").Document())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if rec.Delta("orders", "plan", "long") != 0 || rec.Delta("orders", "plan", "unknown") != 1 {
		t.Errorf("the omitted value became a label")
	}
}

// TestMetricsOfRulesAndRedaction: a field that is redacted by its Go name is no label, where there are rules, too.
func TestMetricsOfRulesAndRedaction(t *testing.T) {
	m := servicetest.Map(t, `version: 1
redact: [Secret]
metrics: {orders: {instrument: counter, attributes: {plan: {limit: 9}}}}
events: {e: {data: {plan: {type: string, required: true}}, record: [{metric: orders}]}}
`)
	rec := analyticstest.New(t, m)
	data := struct {
		Secret string `bson:"plan"`
	}{"x"}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", Data: data}); err != nil {
		t.Fatal(err)
	}
	if rec.Delta("orders", "plan", "x") != 0 || rec.Delta("orders", "plan", "unknown") != 1 {
		t.Error("the redacted value became a label")
	}
}
