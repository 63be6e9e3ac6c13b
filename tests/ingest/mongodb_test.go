// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestClientsInMongoDB: what the clients send is in a real MongoDB, with the names that they gave it.
func TestClientsInMongoDB(t *testing.T) {
	server := mongotest.Start(t)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			s := newMongoService(t, server)
			c.send(t, s.url)
			c.check(t, func(name string) []analyticstest.Event { return s.documents(want[name].Type) })
		})
	}
	for _, c := range posthogClients {
		t.Run(c.name, func(t *testing.T) {
			s := newMongoService(t, server)
			c.send(t, s.url)
			checkPostHog(t, func(name string) []analyticstest.Event { return s.documents(posthogWant[name].event) })
		})
	}
}

// mongoService is a server with the doors, whose events are in MongoDB once it has answered.
type mongoService struct {
	t     *testing.T
	store *mongostore.Store
	url   string
}

func newMongoService(t *testing.T, server *mongotest.Server) *mongoService {
	t.Helper()
	m := servicetest.Map(t, eventMap)
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: server.URI(), Database: server.Database(t).Name(), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Shutdown(context.Background()) }) // it is empty
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	h, err := ingest.New(client, ingest.Config{
		Sources: []ingest.Source{{Name: "shop", Kind: ingest.Public, Keys: []ingest.KeyHash{ingest.HashKey(key), ingest.HashKey(jitsuKey)}}}, Ack: otelanalytics.AckStored,
	})
	if err != nil {
		t.Fatal(err)
	}
	doors := httptest.NewServer(h)
	t.Cleanup(doors.Close)
	return &mongoService{t, store, doors.URL}
}

// documents returns the documents with an event type.
func (s *mongoService) documents(eventType string) (events []analyticstest.Event) {
	s.t.Helper()
	page, err := s.store.Reader().Query(s.t.Context(), mongostore.Query{Type: eventType, Limit: 10})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range page.Events {
		var fields data
		text, err := bson.MarshalExtJSON(e.Data, false, false)
		if err == nil {
			err = json.Unmarshal(text, &fields)
		}
		if err != nil {
			s.t.Fatal(err)
		}
		events = append(events, analyticstest.Event{
			Key: e.Key, Type: e.Type, UserID: e.UserID, SessionID: e.SessionID, Module: e.Module, AnonymousID: e.AnonymousID, GroupID: e.GroupID,
			Time: e.Time, Data: fields,
		})
	}
	return events
}
