// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// checkDocuments makes the counters of the event map anew from what is stored, by the map alone, and compares them
// with what the players counted, series by series.
func (s *service) checkDocuments(t *testing.T, truth players.Truth) {
	t.Helper()
	m, err := eventmap.ParseFile("events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := s.db.Collection("user_events").Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for cursor.Next(t.Context()) {
		e, ok := m.Event(cursor.Current.Lookup("event_type").StringValue())
		if !ok {
			t.Fatalf("a document of a type that the map does not declare: %s", cursor.Current)
		}
		for _, r := range e.Records {
			if r.Metric.Instrument.IsSum() {
				name, n := seriesOf(t, r, cursor.Current.Lookup("event_data"))
				got[name] += n
			}
		}
	}
	if err := cursor.Err(); err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{}
	for series, n := range truth.Series {
		name, _, _ := strings.Cut(series, "{")
		// Requests and credits are recorded and not stored; the others are no counters.
		if !strings.HasPrefix(name, "app_") && !strings.HasPrefix(name, "credit_") && !strings.HasPrefix(name, "dutch_game_duration") && name != "dutch_table_occupancy" {
			want[series] = n
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("series (-players' count +made of the documents):\n%s", diff)
	}
	if n := len(got); n < 40 {
		t.Errorf("only %d series", n)
	}
}

// seriesOf returns the series that one document counts in, and by how much.
func seriesOf(t *testing.T, r eventmap.Record, data bson.RawValue) (series string, n float64) {
	t.Helper()
	field := func(name string) bson.RawValue {
		doc, ok := data.DocumentOK()
		if !ok {
			return bson.RawValue{}
		}
		return doc.Lookup(name)
	}
	labels := map[string]string{}
	for i, a := range r.Metric.Attributes {
		switch source := r.Sources[i]; source.Kind {
		case eventmap.FromConstant:
			labels[a.Name] = source.Constant
		default:
			value, ok := field(source.Path[0]).StringValueOK()
			switch {
			case !ok:
				value = a.Default
			case !slices.Contains(a.Values, value) && value != a.Default:
				value = "other"
			}
			labels[a.Name] = value
		}
	}
	n = r.Value.Constant
	if r.Value.Expression != nil {
		x := (*expression.Program)(r.Value.Expression)
		values := make([]any, len(x.Operands()))
		for i, o := range x.Operands() {
			if v, ok := field(o.Path[0]).AsInt64OK(); ok {
				values[i] = v
			}
		}
		result, err := x.Number("", values)
		if err != nil {
			t.Fatal(err)
		}
		n = float64(result.(int64))
	}
	name := r.Metric.Name
	if r.Metric.Instrument.IsMonotonic() {
		name += "_total"
	}
	return servicetest.Series(name, labels), n
}
