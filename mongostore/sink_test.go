// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/storetest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func sinkOf(t testing.TB, c mongostore.Config) *mongostore.Sink {
	t.Helper()
	c.Logger = slog.New(slog.DiscardHandler)
	s, err := mongostore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = s.Close(ctx)
	})
	return s
}

// eventsOf are documents as the suite compares them.
func eventsOf(docs []bson.Raw) []eventstore.Event {
	events := make([]eventstore.Event, len(docs))
	for i, d := range docs {
		_, id, _ := d.Lookup("_id").BinaryOK()
		events[i] = eventstore.Event{ID: uuid.UUID(id), Document: d}
	}
	return events
}

// TestSink holds the sink to the suite on a real server.
func TestSink(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Deduplicates: true, Distinguishes: true,
		New: func(t testing.TB) storetest.Subject {
			server := mongotest.Start(t)
			db := server.Database(t)
			s := storetest.Subject{
				Sink: sinkOf(t, mongostore.Config{URI: server.URI(), Database: db.Name()}),
				Stored: func() ([]eventstore.Event, error) {
					cursor, err := db.Collection(mongostore.DefaultCollection).Find(context.Background(), bson.D{})
					if err != nil {
						return nil, err
					}
					var docs []bson.Raw
					err = cursor.All(context.Background(), &docs)
					return eventsOf(docs), err
				},
			}
			if server.CanStop() {
				s.Outage = func() func() {
					server.Stop()
					return server.Start
				}
			}
			return s
		},
	})
}

// TestSinkOnAScriptedServer has a server fail as few real ones can be made to.
func TestSinkOnAScriptedServer(t *testing.T) {
	poison := event(t)
	_, poisonID, _ := bson.Raw(poison.Document).Lookup("_id").BinaryOK()
	storetest.Run(t, storetest.Harness{
		Deduplicates: true, Distinguishes: true,
		New: func(t testing.TB) storetest.Subject {
			server := wireserver.Start(t)
			scripted := func(script func(wireserver.Command) wireserver.Action) (restore func()) {
				server.Script(func(c wireserver.Command) wireserver.Action {
					if c.Name != "insert" {
						return wireserver.Proceed
					}
					return script(c)
				})
				return func() { server.Script(nil) }
			}
			return storetest.Subject{
				// The server's connection string gives the driver less time than it waits before it looks again.
				Sink: sinkOf(t, mongostore.Config{URI: server.URI(), Client: options.Client().SetServerSelectionTimeout(3 * time.Second)}),
				Stored: func() ([]eventstore.Event, error) {
					return eventsOf(server.Documents()), nil
				},
				Outage: func() func() {
					server.Down()
					return server.Up
				},
				Stall: func() func() {
					goOn := make(chan struct{})
					restore := scripted(func(wireserver.Command) wireserver.Action {
						<-goOn
						return wireserver.Break()
					})
					return func() {
						close(goOn)
						restore()
					}
				},
				Partial: func() func() {
					return scripted(func(wireserver.Command) wireserver.Action {
						return wireserver.Refuse(func(doc bson.Raw) bson.D {
							if n, _ := doc.Lookup("n").AsInt64OK(); n >= 5 {
								return wireserver.WriteError(112, "WriteConflict")
							}
							return nil
						})
					})
				},
				Refuse: func() eventstore.Event {
					scripted(func(wireserver.Command) wireserver.Action {
						return wireserver.Refuse(func(doc bson.Raw) bson.D {
							if _, id, _ := doc.Lookup("_id").BinaryOK(); string(id) == string(poisonID) {
								return wireserver.WriteError(121, "Document failed validation: storetest-private-7c1f")
							}
							return nil
						})
					})
					return poison
				},
			}
		},
	})
}
