// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestReplayQuarantine has a unique index refuse documents, and replays them with the index there and without.
func TestReplayQuarantine(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	collection := db.Collection(mongostore.DefaultCollection)
	name, err := collection.Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "unique", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir})
	for i := range 5 {
		add(t, s, event(t, bson.E{Key: "unique", Value: i % 3}, bson.E{Key: "n", Value: i}))
	}
	flush(t, s)
	lines := func() int {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(text), "\n")
	}
	// A line of another program, which is to stay.
	f, err := os.OpenFile(filepath.Join(dir, "quarantine.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"id":"nobody's"}` + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	replay := func(want eventstore.ReplayResult) {
		t.Helper()
		got, err := s.ReplayQuarantine(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		flush(t, s)
		balanced(t, s)
	}

	replay(eventstore.ReplayResult{Replayed: 2, Left: 1}) // refused again
	if n := lines(); n != 3 || count(t, db, bson.D{}) != 3 {
		t.Errorf("%d lines and %d documents while the index is there, want 3 and 3", n, count(t, db, bson.D{}))
	}
	if err := collection.Indexes().DropOne(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	replay(eventstore.ReplayResult{Replayed: 2, Left: 1})
	if n := lines(); n != 1 || count(t, db, bson.D{}) != 5 {
		t.Errorf("%d lines and %d documents without the index, want 1 and 5", n, count(t, db, bson.D{}))
	}
	replay(eventstore.ReplayResult{Left: 1})
	if st := s.Stats(); st.Accepted != 5 || st.Recovered != 4 || queuetest.Sum(st.Stored) != 5 || queuetest.Sum(st.Quarantined) != 4 {
		t.Errorf("%+v", st)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ReplayQuarantine(ctx); err == nil {
		t.Error("no error although ctx had ended")
	}
}
