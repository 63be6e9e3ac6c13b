// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// isPoison is true of the events whose names say so.
func isPoison(doc bson.Raw) bool { return strings.HasPrefix(nameOf(doc), "poison") }

// refusePoison is a script of a server with a validator.
func refusePoison(c wireserver.Command) wireserver.Action {
	if c.Name != "insert" {
		return wireserver.Proceed
	}
	return wireserver.Refuse(func(doc bson.Raw) bson.D {
		if !isPoison(doc) {
			return nil
		}
		return wireserver.WriteError(121, "Document failed validation")
	})
}

// TestPoison has a server refuse some documents for good in the midst of others, each time for another reason, and
// take them once the reason is gone.
func TestPoison(t *testing.T) {
	refuse := func(code int32, message string, more ...bson.E) func(bson.Raw) bson.D {
		return func(doc bson.Raw) bson.D {
			if !isPoison(doc) {
				return nil
			}
			return append(wireserver.WriteError(code, message), more...)
		}
	}
	for _, c := range []struct {
		name, reason string
		refuse       func(bson.Raw) bson.D
	}{
		{name: "a validator", reason: "validation", refuse: refuse(121, "Document failed validation")},
		{
			name: "another unique index, which the server names", reason: "duplicate_key",
			refuse: refuse(11000, "E11000 duplicate key error", bson.E{Key: "keyPattern", Value: bson.D{{Key: "email", Value: 1}}}),
		},
		{name: "another unique index, which it does not name", reason: "duplicate_key", refuse: refuse(11000, "E11000 duplicate key error")},
		{name: "a field name", reason: "code_57", refuse: refuse(57, "dotted")},
		{name: "a reason that nobody knows", reason: "code_4242424", refuse: refuse(4_242_424, "no")},
		{name: "too large for this server", reason: "too_large", refuse: refuse(10334, "BSONObj size is invalid")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := wireserver.Start(t)
			server.Script(func(command wireserver.Command) wireserver.Action {
				if command.Name == "insert" {
					return wireserver.Refuse(c.refuse)
				}
				return wireserver.Proceed
			})
			dir := t.TempDir()
			s := start(t, settings{URI: server.ImpatientURI(), Dir: dir, BatchSize: 50})
			const poison = 3
			for i := range poison {
				s.accepts(order{Prefix: "good" + string(rune('a'+i)), Number: 40, Pad: 30})
				s.accepts(order{Prefix: "poison" + string(rune('a'+i)), Number: 1, Pad: 10})
			}
			// A server that answers with what nobody knows is believed once it takes others: there have to be some.
			more, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for i := 0; more.Err() == nil; i++ {
					s.accepts(order{Prefix: "more" + strconv.Itoa(i) + "-", Number: 1, Pad: 30, Ack: "stored"})
				}
			}()
			s.quarantined(poison)
			stop()
			<-ended
			s.flush()
			p := scrape(t, s.url)
			p.balanced(t)
			if p.Events("quarantined") != poison {
				t.Errorf("%d quarantined, want %d", p.Events("quarantined"), poison)
			}
			text, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), `"reason":"`+c.reason+`"`); n != poison {
				t.Errorf("%d lines give the reason %s, want %d:\n%.600s", n, c.reason, poison, text)
			}
			if strings.Contains(s.log.String(), "poison") {
				t.Errorf("the log quotes a document:\n%s", s.log)
			}
			for name := range storedOf(server.Documents()) {
				if strings.HasPrefix(name, "poison") {
					t.Errorf("%s is stored although the server refused it", name)
				}
			}

			// Whatever refused them is fixed.
			server.Script(nil)
			if r, err := s.store.ReplayQuarantine(t.Context()); err != nil || r.Replayed != poison || r.Left != 0 {
				t.Errorf("replayed %+v, %v", r, err)
			}
			s.settled(func() map[string]int { return storedOf(server.Documents()) })
		})
	}
}

// quarantined waits until the page says so.
func (s *service) quarantined(n int64) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); scrape(s.t, s.url).Events("quarantined") < n; {
		if time.Now().After(deadline) {
			s.t.Fatalf("%d quarantined after a minute, want %d\n%s", scrape(s.t, s.url).Events("quarantined"), n, s.log)
		}
	}
}

// TestRealValidator is the same against a MongoDB that has validators.
func TestRealValidator(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	err := db.CreateCollection(t.Context(), "user_events", options.CreateCollection().SetValidator(
		bson.D{{Key: "event_data.name", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$regex", Value: "^poison"}}}}}}))
	if err != nil {
		t.Log(err)
		skip(t, "needs a MongoDB with validators in OTELANALYTICS_TEST_MONGODB_URI")
	}
	s := start(t, settings{URI: server.URI(), Database: db.Name()})
	s.accepts(order{Prefix: "good", Number: 40, Pad: 30})
	s.accepts(order{Prefix: "poison", Number: 2, Pad: 30})
	s.flush()
	if p := scrape(t, s.url); p.Events("quarantined") != 2 || p.Events("stored") != 40 {
		t.Errorf("%d quarantined, %d stored", p.Events("quarantined"), p.Events("stored"))
	}
	err = db.RunCommand(t.Context(), bson.D{{Key: "collMod", Value: "user_events"}, {Key: "validationLevel", Value: "off"}}).Err()
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.store.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 2 {
		t.Errorf("replayed %+v, %v", r, err)
	}
	s.settled(func() map[string]int { return storedIn(t, db) })
}

// TestRealUniqueIndex has a unique index of a real server refuse documents.
func TestRealUniqueIndex(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	indexes := db.Collection("user_events").Indexes()
	name, err := indexes.CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "event_data.pad", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, settings{URI: server.URI(), Database: db.Name()})
	s.accepts(order{Prefix: "same", Number: 4, Pad: 30})
	s.accepts(order{Prefix: "another", Number: 1, Pad: 31})
	s.flush()
	if p := scrape(t, s.url); p.Events("quarantined") != 3 || p.Events("stored") != 2 {
		t.Errorf("%d quarantined, %d stored", p.Events("quarantined"), p.Events("stored"))
	}
	if err := indexes.DropOne(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if r, err := s.store.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 3 {
		t.Errorf("replayed %+v, %v", r, err)
	}
	s.settled(func() map[string]int { return storedIn(t, db) })
}
