// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

const namesMap = `
version: 1
redact: [$password, user.email]
metrics:
  plans: {instrument: counter, attributes: {user.plan: {values: [free, pro]}}}
  urls: {instrument: counter, attributes: {url: {limit: 5}}}
events:
  pages:
    data: {user.plan: {type: string}, user.id: {type: string, redact: hash}, at: {type: object}, $current_url: {type: string}}
    record:
      - {metric: plans}
      - {metric: urls, from: {url: '["$current_url"]'}, when: 'data.$current_url != ""'}
`

// pageSent has names that not every engine stores. Each of them is in every kind of the data below.
type pageSent struct {
	URL      string     `bson:"$current_url"`
	Plan     string     `bson:"user.plan"`
	Email    string     `bson:"user.email"`
	Password string     `bson:"$password"`
	Share    string     `bson:"100%2E"`
	At       pageSentAt `bson:"at"`
}

type pageSentAt struct {
	Geo []map[string]any `bson:"geo.points"`
}

func sentPage() pageSent {
	return pageSent{"/home", "pro", "ada@example.com", "p", "all", pageSentAt{[]map[string]any{{"$lat": 1.5, "$password": "p"}}}}
}

// storedPage is what a document has of it.
func storedPage() map[string]any {
	return map[string]any{
		"%24current_url": "/home", "user%2Eplan": "pro", "100%252E": "all",
		"at": map[string]any{"geo%2Epoints": []any{map[string]any{"%24lat": 1.5}}},
	}
}

// readPage is what readers have of it.
func readPage() map[string]any {
	return map[string]any{
		"$current_url": "/home", "user.plan": "pro", "100%2E": "all",
		"at": map[string]any{"geo.points": []any{map[string]any{"$lat": 1.5}}},
	}
}

// pages are the data in each Go type that data can have.
func pages(t *testing.T) map[string]any {
	t.Helper()
	raw, err := bson.Marshal(sentPage())
	if err != nil {
		t.Fatal(err)
	}
	var d bson.D
	if err := bson.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := bson.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"struct": sentPage(), "pointer": new(sentPage()), "bson.Raw": bson.Raw(raw), "bson.D": d, "map": m, "appends itself": ready(raw),
		"bson.D of bson.Raw": bson.D{
			{Key: "at", Value: bson.Raw(raw).Lookup("at")},
			{Key: "$current_url", Value: "/home"},
			{Key: "user.plan", Value: "pro"},
			{Key: "100%2E", Value: "all"},
		},
	}
}

// TestNamesOfEveryType stores names with dots and dollar signs from each Go type, and reads them back.
func TestNamesOfEveryType(t *testing.T) {
	for name, data := range pages(t) {
		t.Run(name, func(t *testing.T) {
			rec := analyticstest.New(t, servicetest.Map(t, namesMap), otelanalytics.WithRedactKey(make([]byte, 16)))
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "pages", Data: data}); err != nil {
				t.Fatal(err)
			}
			checkNames(t, rec)
		})
	}
}

// TestNamesThroughEveryDoor does so through each door.
func TestNamesThroughEveryDoor(t *testing.T) {
	for _, d := range doors() {
		if d.also || strings.Contains(d.name, "typed") {
			continue // these have data of their own
		}
		t.Run(d.name, func(t *testing.T) {
			rec := analyticstest.New(t, servicetest.Map(t, namesMap), otelanalytics.WithRedactKey(make([]byte, 16)))
			if err := d.track(t.Context(), rec.Client, otelanalytics.Event{Type: "pages", Data: sentPage()}); err != nil {
				t.Fatal(err)
			}
			checkNames(t, rec)
		})
	}
	t.Run("typed code", func(t *testing.T) {
		rec := analyticstest.New(t, servicetest.Map(t, namesMap), otelanalytics.WithRedactKey(make([]byte, 16)))
		fields := pages(t)["map"].(map[string]any)
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "pages", Data: appending(fields)}); err != nil {
			t.Fatal(err)
		}
		checkNames(t, rec)
	})
}

func checkNames(t *testing.T, rec *analyticstest.Recorder) {
	t.Helper()
	events := rec.Events("pages")
	if len(events) != 1 {
		t.Fatalf("%d events are stored", len(events))
	}
	if got := events[0].Data; !reflect.DeepEqual(got, readPage()) {
		t.Errorf("read %v, want %v", got, readPage())
	}
	if got := plainMap(t, events[0].Document.Lookup("event_data").Value); !reflect.DeepEqual(got, storedPage()) {
		t.Errorf("stored %v, want %v", got, storedPage())
	}
	if got := rec.Delta("plans", "user.plan", "pro"); got != 1 {
		t.Errorf("the metric moved by %v", got)
	}
	if got := rec.Delta("urls", "url", "/home"); got != 1 {
		t.Errorf("the metric of $current_url moved by %v", got)
	}
}

func plainMap(t *testing.T, doc bson.Raw) map[string]any {
	t.Helper()
	var d bson.D
	if err := bson.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	return plainValue(d).(map[string]any)
}

// plainValue takes the driver's types out of decoded data.
func plainValue(v any) any {
	switch v := v.(type) {
	case bson.D:
		m := make(map[string]any, len(v))
		for _, e := range v {
			m[e.Key] = plainValue(e.Value)
		}
		return m
	case bson.A:
		a := make([]any, len(v))
		for i := range v {
			a[i] = plainValue(v[i])
		}
		return a
	default:
		return v
	}
}

// TestOneSuchName: a single name in any place is enough.
func TestOneSuchName(t *testing.T) {
	type within struct {
		X int `bson:"$x"`
	}
	for name, data := range map[string]any{
		"of a struct":     within{1},
		"within a struct": struct{ A within }{within{1}},
		"of an inlined struct": struct {
			W within `bson:",inline"`
		}{within{1}},
		"of an inlined map": struct {
			M map[string]int `bson:",inline"`
		}{map[string]int{"$x": 1}},
		"of a map of texts":      map[string]string{"$x": "1"},
		"of a map of integers":   map[string]int{"$x": 1},
		"of JSON":                map[string]any{"a": json.RawMessage(`[{"$x": 1}]`)},
		"in a list of documents": map[string]any{"a": []bson.M{{"$x": 1}}},
		"in a raw value":         map[string]any{"a": bson.RawValue{Type: bson.TypeArray, Value: mustMarshal(t, bson.D{{Key: "0", Value: bson.D{{Key: "$x", Value: 1}}}})}},
		"of generated code":      typedimpl.Fields(func(d *typedimpl.Data) { d.Open("a"); d.String("$x", "1"); d.Close() }),
		"with a dot":             map[string]any{"a.x": 1},
		"like a stored one":      map[string]any{"a%2Ex": 1},
	} {
		t.Run(name, func(t *testing.T) {
			rec := analyticstest.New(t, servicetest.Map(t, "version: 1\nevents: {e: {}}"))
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", Data: data}); err != nil {
				t.Fatal(err)
			}
			e := rec.Events("e")[0]
			if stored := e.Document.Lookup("event_data").String(); strings.Contains(stored, `"$x`) || strings.Contains(stored, ".x") || !strings.Contains(stored, "%2") {
				t.Errorf("stored %s", stored)
			}
			if read := fmt.Sprint(e.Data); strings.Contains(read, "%2") && name != "like a stored one" {
				t.Errorf("read %s", read)
			}
		})
	}
}

func mustMarshal(t *testing.T, v any) bson.Raw {
	t.Helper()
	doc, err := bson.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestNamesWithRules: what the check of the data finds for metrics is not what stands there once the names have changed.
func TestNamesWithRules(t *testing.T) {
	rec := analyticstest.New(t, servicetest.Map(t, `
version: 1
metrics: {plans: {instrument: counter, attributes: {plan: {values: [free, pro]}}}}
events:
  pages:
    on_violation: reject
    data: {plan: {type: string, required: true}}
    record: [{metric: plans}]
`))
	data := bson.D{{Key: "$a", Value: "x"}, {Key: "plan", Value: "pro"}, {Key: "$b", Value: "y"}}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "pages", Data: data}); err != nil {
		t.Fatal(err)
	}
	if got := rec.Delta("plans", "plan", "pro"); got != 1 {
		t.Errorf("the metric moved by %v", got)
	}
}

// TestNamesInABatch: events whose names change stand among others, whose data must not be mixed up. Watchers and log records have
// the names of the caller.
func TestNamesInABatch(t *testing.T) {
	kept, log := withLog()
	rec := analyticstest.New(t, servicetest.Map(t, namesMap), log, otelanalytics.WithRedactKey(make([]byte, 16)))
	var seen, stored []string
	defer rec.Client.Watch(func(w *otelanalytics.WatchedEvent) {
		seen = append(seen, bson.Raw(w.Data).String())
		stored = append(stored, bson.Raw(w.Document).Lookup("event_data").Document().String())
	})()
	err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{
		{Type: "pages", Data: bson.D{{Key: "user", Value: bson.D{{Key: "plan", Value: "free"}}}}},
		{Type: "pages", Data: bson.D{{Key: "$a", Value: 1}, {Key: "user.plan", Value: "pro"}}},
		{Type: "pages", Data: bson.D{{Key: "b", Value: 2}}},
		{Type: "pages", Data: bson.D{{Key: "user", Value: bson.D{{Key: "$c", Value: 3}, {Key: "plan", Value: "pro"}}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	int32Of := func(s string) string { return `{"$numberInt":"` + s + `"}` }
	want := []string{
		`{"user": {"plan": "free"}}`, `{"$a": ` + int32Of("1") + `,"user.plan": "pro"}`, `{"b": ` + int32Of("2") + `}`,
		`{"user": {"$c": ` + int32Of("3") + `,"plan": "pro"}}`,
	}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("watchers have %q, want %q", seen, want)
	}
	for i := range want {
		want[i] = strings.NewReplacer("$a", "%24a", "user.plan", "user%2Eplan", "$c", "%24c").Replace(want[i])
	}
	if !reflect.DeepEqual(stored, want) {
		t.Errorf("stored are %q, want %q", stored, want)
	}
	if free, pro := rec.Delta("plans", "user.plan", "free"), rec.Delta("plans", "user.plan", "pro"); free != 1 || pro != 2 {
		t.Errorf("%v free and %v pro, want 1 and 2", free, pro)
	}
	names := ""
	for _, r := range kept.records {
		r.WalkAttributes(func(kv attribute.KeyValue) bool { names += string(kv.Key) + " "; return true })
	}
	if !strings.Contains(names, "$a user.plan ") || strings.Contains(names, "%") {
		t.Errorf("log records have the attributes %s", names)
	}
}

// TestNamesInMongoDB: the embedded server refuses names with dots and leading dollar signs, and stores these.
func TestNamesInMongoDB(t *testing.T) {
	server := mongotest.Start(t)
	s := startMap(t, server, servicetest.Map(t, namesMap), otelanalytics.WithRedactKey(make([]byte, 16)))
	for _, data := range pages(t) {
		if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "pages", UserID: "ada", Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	s.flush()
	r, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: s.collection.Database().Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	page, err := r.Query(t.Context(), mongostore.Query{UserID: "ada"})
	if err != nil || len(page.Events) != len(pages(t)) {
		t.Fatalf("%d events, %v", len(page.Events), err)
	}
	for _, e := range page.Events {
		if got := plainMap(t, e.Data); !reflect.DeepEqual(got, readPage()) {
			t.Errorf("read %v, want %v", got, readPage())
		}
	}
	var text strings.Builder
	if _, err := r.Export(t.Context(), "ada", &text); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text.String(), `"$current_url":"/home"`); n != len(page.Events) || strings.Contains(text.String(), "%24") {
		t.Errorf("the export has %d pages: %s", n, text.String())
	}
	found, err := s.collection.CountDocuments(t.Context(), bson.D{{Key: "event_data.%24current_url", Value: "/home"}})
	if err != nil || found != int64(len(page.Events)) {
		t.Errorf("a filter finds %d, %v", found, err)
	}
	s.balanced()
}

// TestNamesOfLargeFields: what is too large is named as its caller did.
func TestNamesOfLargeFields(t *testing.T) {
	rec := analyticstest.New(t, servicetest.Map(t, namesMap), otelanalytics.WithRedactKey(make([]byte, 16)))
	for _, name := range []string{"$shot", "a.b", "shot%2E"} {
		err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "pages", Data: map[string]any{name: strings.Repeat("x", 17<<20)}})
		var invalid *otelanalytics.InvalidEventError
		if !errors.As(err, &invalid) || !errors.Is(err, otelanalytics.ErrTooLarge) || invalid.Field != "event_data."+name {
			t.Errorf("%q: %v", name, err)
		}
	}
}
