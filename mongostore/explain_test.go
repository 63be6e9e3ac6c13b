// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongoevent "go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// commands collects the commands that a client sends.
type commands struct {
	mu   sync.Mutex
	list []bson.Raw
}

func (c *commands) monitor() *mongoevent.CommandMonitor {
	return &mongoevent.CommandMonitor{Started: func(_ context.Context, e *mongoevent.CommandStartedEvent) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if e.CommandName == "find" || e.CommandName == "aggregate" {
			c.list = append(c.list, slices.Clone(e.Command))
		}
	}}
}

func (c *commands) take() []bson.Raw {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.list
	c.list = nil
	return list
}

// explanation is the explain command for a command that was sent.
func explanation(t testing.TB, sent bson.Raw) bson.D {
	t.Helper()
	elements, err := sent.Elements()
	if err != nil {
		t.Fatal(err)
	}
	var command bson.D
	for _, e := range elements {
		switch e.Key() {
		case "find", "aggregate", "filter", "sort", "limit", "projection", "pipeline", "cursor":
			command = append(command, bson.E{Key: e.Key(), Value: e.Value()})
		}
	}
	return bson.D{{Key: "explain", Value: command}, {Key: "verbosity", Value: "queryPlanner"}}
}

// winningPlan is the first one in an answer to explain, as a text; empty without any.
func winningPlan(doc bson.Raw) string {
	elements, err := doc.Elements()
	if err != nil {
		return ""
	}
	for _, e := range elements {
		v := e.Value()
		if e.Key() == "winningPlan" {
			return v.String()
		}
		inner, ok := v.DocumentOK()
		if !ok {
			if array, isArray := v.ArrayOK(); isArray {
				inner, ok = bson.Raw(array), true
			}
		}
		if ok {
			if plan := winningPlan(inner); plan != "" {
				return plan
			}
		}
	}
	return ""
}

func TestWinningPlan(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "stages", Value: bson.A{bson.D{{Key: "$cursor", Value: bson.D{
		{Key: "queryPlanner", Value: bson.D{{Key: "winningPlan", Value: bson.D{{Key: "stage", Value: "IXSCAN"}}}}},
	}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if plan := winningPlan(doc); !strings.Contains(plan, `"IXSCAN"`) {
		t.Errorf("got %q", plan)
	}
}

// TestQueriesGoByTheIndexes asks the server how it would do what Query and Summary ask for.
func TestQueriesGoByTheIndexes(t *testing.T) {
	server := mongotest.Start(t)
	if server.CanStop() {
		t.Skip("TestQueriesGoByTheIndexes: needs a MongoDB that explains, in OTELANALYTICS_TEST_MONGODB_URI")
	}
	db := server.Database(t)
	var sent commands
	s := open(t, mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), Client: options.Client().SetMonitor(sent.monitor()),
	})
	add(t, s, event(t, bson.E{Key: "user_id", Value: "a"}, bson.E{Key: "event_type", Value: "x"}, bson.E{Key: "timestamp", Value: noon}))
	flush(t, s) // and the indexes are there
	var facts []fact
	for i := range 1_000 {
		facts = append(facts, fact{user: []string{"a", "b", ""}[i%3], kind: []string{"x", "y"}[i%2], at: i / 10})
	}
	put(t, db, facts...)
	const byUser, byType = `"user_id_1_timestamp_-1__id_-1"`, `"event_type_1_timestamp_-1__id_-1"`
	for _, test := range []struct {
		name  string
		query mongostore.Query
		index string
	}{
		{"a user", mongostore.Query{UserID: "a", Limit: 10}, byUser},
		{"nobody's", mongostore.Query{Anonymous: true, Limit: 10}, byUser},
		{"a type", mongostore.Query{Type: "x", Limit: 10}, byType},
		{"a user's day", mongostore.Query{UserID: "a", Limit: 10, From: noon, To: noon.Add(time.Hour)}, byUser},
	} {
		t.Run(test.name, func(t *testing.T) {
			sent.take()
			test.query.Cursor = query(t, s, test.query).Next
			query(t, s, test.query)
			q := test.query
			if _, err := s.Reader().Summary(t.Context(), mongostore.Filter{UserID: q.UserID, Anonymous: q.Anonymous, Type: q.Type, From: q.From, To: q.To}); err != nil {
				t.Fatal(err)
			}
			list := sent.take()
			if len(list) < 5 {
				t.Fatalf("%d commands", len(list))
			}
			for _, command := range list {
				var answer bson.Raw
				if err := db.RunCommand(t.Context(), explanation(t, command)).Decode(&answer); err != nil {
					t.Fatal(err)
				}
				plan := winningPlan(answer)
				fits := strings.Contains(plan, test.index)
				if strings.Contains(command.String(), `"$group"`) { // the server may prefer to go by the users
					fits = fits || strings.Contains(plan, byUser)
				}
				if !fits || strings.Contains(plan, `"SORT"`) || strings.Contains(plan, `"COLLSCAN"`) {
					t.Errorf("%s\nis done by\n%s", command, plan)
				}
			}
		})
	}
}
