// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestContractsThroughTheDoors: a closed event with dates is accepted, since its texts become dates and it gets no context.
func TestContractsThroughTheDoors(t *testing.T) {
	m, err := eventmap.Parse([]byte(`version: 1
events:
  paid:
    on_violation: reject
    additional: violate
    data:
      at: {type: date, required: true}
      n: {type: [int, date]}
      text: {type: [string, date]}
      parts: {type: array, items: {due: {type: date}}}
  open: {data: {context.locale: {type: string}}, additional: omit}
`))
	if err != nil {
		t.Fatal(err)
	}
	rec := analyticstest.New(t, m)
	handler, err := ingest.New(rec.Client, ingest.Config{Sources: []ingest.Source{{Name: "web", Keys: []ingest.KeyHash{ingest.HashKey(webKey)}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, Recorder: rec, handler: handler}
	const at = "2026-01-02T03:04:05.678Z"
	properties := `{"at":"` + at + `","n":9007199254740993,"text":"` + at + `","parts":[{"due":"` + at + `"},{"due":"` + at + `"}]}`
	context := `"context":{"locale":"de","library":{"name":"x"}}`
	for path, body := range map[string]string{
		"/v1/track":  `{"event":"paid","userId":"u",` + context + `,"properties":` + properties + `}`,
		"/v1/events": `{"event_type":"paid","event_data":` + properties + `}`,
	} {
		if a := s.post(path, webKey, body); a.Code != http.StatusOK || a.Refused != 0 {
			t.Fatalf("%s: %d %s", path, a.Code, a.Body)
		}
	}
	date := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	for _, e := range s.Events("paid") {
		if n, ok := e.Document.Lookup("event_data", "n").AsInt64OK(); !ok || n != 9007199254740993 {
			t.Errorf("a large integer is %v", e.Document.Lookup("event_data", "n"))
		}
		delete(e.Data, "n")
		want := data{"at": date, "text": at, "parts": []any{data{"due": date}, data{"due": date}}}
		if diff := cmp.Diff(want, e.Data); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	if a := s.post("/v1/track", webKey, `{"event":"open","userId":"u",`+context+`}`); a.Refused != 0 {
		t.Fatalf("%s", a.Body)
	}
	if diff := cmp.Diff(data{"context": data{"locale": "de"}}, s.Events("open")[0].Data); diff != "" {
		t.Errorf("a map that declares the context: (-want +got)\n%s", diff)
	}
}
