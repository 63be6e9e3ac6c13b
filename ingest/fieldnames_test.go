// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const namesMap = `version: 1
redact: [$password, card.number]
metrics: {}
events: {page: {}}
`

// TestFieldNamesInMongoDB sends names with dots and leading dollar signs through the doors, stores them with a server that refuses such
// names, and reads them back.
func TestFieldNamesInMongoDB(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	m, err := eventmap.Parse([]byte(namesMap))
	if err != nil {
		t.Fatal(err)
	}
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	handler, err := ingest.New(client, ingest.Config{Sources: []ingest.Source{{Name: "web", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey(serverKey)}}}})
	if err != nil {
		t.Fatal(err)
	}
	const data = `{"$current_url":"/home","order.total":{"$cents":5},"items":[{"a.b":1,"$password":"p"}],"card.number":"4111","share%2E":1}`
	const want = `{"$current_url":"/home","order.total":{"$cents":5},"items":[{"a.b":1}],"share%2E":1`
	bodies := map[string]string{
		"/v1/track":  `{"userId":"segment","event":"page","properties":` + data + `}`,
		"/v1/events": `{"event_type":"page","user_id":"plain","event_data":` + data + `}`,
	}
	for path, body := range bodies {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.SetBasicAuth(serverKey, "")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if err := client.Shutdown(t.Context()); err != nil { // which delivers what was accepted
		t.Fatal(err)
	}
	reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, user := range []string{"segment", "plain"} {
		page, err := reader.Query(t.Context(), mongostore.Query{UserID: user})
		if err != nil || len(page.Events) != 1 {
			t.Fatalf("%s: %d events, %v", user, len(page.Events), err)
		}
		got, err := bson.MarshalExtJSON(page.Events[0].Data, false, false)
		if err != nil || !strings.HasPrefix(string(got), want) {
			t.Errorf("%s: read %s, %v; want %s…", user, got, err, want)
		}
	}
}
