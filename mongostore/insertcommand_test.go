// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// inserts notes the insert commands that a server gets, and answers as script says.
type inserts struct {
	mu   sync.Mutex
	seen []wireserver.Command
}

func (i *inserts) watch(server *wireserver.Server, script func(nth int) wireserver.Action) {
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name != "insert" {
			return wireserver.Proceed
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		i.seen = append(i.seen, c)
		return script(len(i.seen))
	})
}

func (i *inserts) all() []wireserver.Command {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.seen)
}

func proceed(int) wireserver.Action { return wireserver.Proceed }

// deliver leaves events to a store that finds them in its journal, so that they make one batch.
func deliver(t *testing.T, c mongostore.Config, events []eventstore.Event) *mongostore.Store {
	t.Helper()
	away := c
	away.URI, away.Client = nowhere, nil
	s := open(t, away)
	addBatch(t, s, events, eventstore.AckSynced)
	shutdown(t, s, 0)
	s = open(t, c)
	flush(t, s)
	return s
}

// The command says what InsertMany's says, and has the same documents.
func TestInsertIsThatOfTheDriver(t *testing.T) {
	for name, concern := range map[string]string{
		"":                       "",
		"majority and journaled": "&w=majority&journal=true",
		"a number":               "&w=1",
		"a tag":                  "&w=nearby",
		"not journaled":          "&journal=false",
	} {
		t.Run(name, func(t *testing.T) {
			server := wireserver.Start(t)
			uri := server.URI() + concern
			events := batch(t, 150, bson.E{Key: "deep", Value: bson.D{{Key: "a", Value: bson.A{1, "x", nil}}}})
			var ours, peer inserts
			ours.watch(server, proceed)
			deliver(t, mongostore.Config{URI: uri, Dir: t.TempDir(), WithoutIndexes: true}, events)

			peer.watch(server, proceed)
			client, err := mongo.Connect(options.Client().ApplyURI(uri))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Disconnect(t.Context())
			docs := make([]bson.Raw, len(events))
			for i, e := range events {
				docs[i] = bson.Raw(e.Document)
			}
			to := client.Database(mongostore.DefaultDatabase).Collection(mongostore.DefaultCollection)
			_, _ = to.InsertMany(t.Context(), docs, options.InsertMany().SetOrdered(false)) // which are there already
			if len(ours.all()) != 1 || len(peer.all()) != 1 {
				t.Fatalf("%d inserts, the driver's own are %d", len(ours.all()), len(peer.all()))
			}
			if diff := cmp.Diff(commandOf(t, peer.all()[0]), commandOf(t, ours.all()[0])); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(peer.all()[0].Documents, ours.all()[0].Documents); diff != "" {
				t.Error(diff)
			}
		})
	}
	// What is set in code counts too.
	server := wireserver.Start(t)
	var got inserts
	got.watch(server, proceed)
	deliver(t, mongostore.Config{
		URI: server.URI(), Dir: t.TempDir(), WithoutIndexes: true,
		Client: options.Client().SetWriteConcern(writeconcern.Journaled()),
	}, batch(t, 2))
	if j, ok := got.all()[0].Body.Lookup("writeConcern", "j").BooleanOK(); !j || !ok {
		t.Errorf("%v", got.all()[0].Body.Lookup("writeConcern"))
	}
}

// commandOf is a command without its documents and what differs from one run to the next. The driver gives commands a
// read preference on a direct connection, which is about secondaries and nothing to an insert.
func commandOf(t *testing.T, c wireserver.Command) map[string]bson.RawValue {
	t.Helper()
	elements, err := c.Body.Elements()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]bson.RawValue)
	for _, e := range elements {
		switch e.Key() {
		case "documents", "lsid", "txnNumber", "$clusterTime", "maxTimeMS", "$readPreference":
		default:
			all[e.Key()] = e.Value()
		}
	}
	return all
}

// A connection that breaks, or a server that is not the primary any more: the driver's own insert, which looks for
// another server, comes next, and nothing is counted as failed.
func TestInsertTriesAgain(t *testing.T) {
	for name, first := range map[string]wireserver.Action{
		"broken before":         wireserver.Break(),
		"broken after":          wireserver.BreakAfter(nil),
		"not the primary":       wireserver.Answer(wireserver.Failure(10107, "NotWritablePrimary")),
		"interrupted at a stop": wireserver.Answer(wireserver.Failure(11600, "InterruptedAtShutdown")),
	} {
		t.Run(name, func(t *testing.T) {
			server := wireserver.Start(t)
			var got inserts
			got.watch(server, func(nth int) wireserver.Action {
				if nth == 1 {
					return first
				}
				return wireserver.Proceed
			})
			events := batch(t, 5)
			// The server's connection string gives the driver less time than it waits before it looks again.
			patient := options.Client().SetServerSelectionTimeout(30 * time.Second)
			s := deliver(t, mongostore.Config{URI: server.URI(), Dir: t.TempDir(), WithoutIndexes: true, Client: patient}, events)
			if n := len(server.Documents()); n != len(events) {
				t.Errorf("%d documents, want %d", n, len(events))
			}
			if st := s.Stats(); st.Stored["e"] != int64(len(events)) || len(st.Errors) != 0 {
				t.Errorf("%+v", st)
			}
			if n := len(got.all()); n != 2 {
				t.Errorf("%d inserts, want 2", n)
			}
		})
	}
}

// What is no insert for a command by itself: one document, and documents too long for one.
func TestInsertByTheDriver(t *testing.T) {
	server := wireserver.Start(t)
	for name, events := range map[string][]eventstore.Event{
		"one":  batch(t, 1),
		"long": batch(t, 3, bson.E{Key: "long", Value: make([]byte, 3<<20)}),
	} {
		t.Run(name, func(t *testing.T) {
			var got inserts
			got.watch(server, proceed)
			deliver(t, mongostore.Config{URI: server.URI(), Dir: t.TempDir(), WithoutIndexes: true}, events)
			for _, c := range got.all() {
				if _, err := c.Body.LookupErr("documents"); err == nil {
					t.Errorf("%d documents are in the command itself", len(c.Documents))
				}
			}
		})
	}
}
