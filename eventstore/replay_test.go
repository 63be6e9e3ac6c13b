// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
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
	if n := lines(); n != 3 || count(t, db) != 3 {
		t.Errorf("%d lines and %d documents while the index is there, want 3 and 3", n, count(t, db))
	}
	if err := collection.Indexes().DropOne(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	replay(eventstore.ReplayResult{Replayed: 2, Left: 1})
	if n := lines(); n != 1 || count(t, db) != 5 {
		t.Errorf("%d lines and %d documents without the index, want 1 and 5", n, count(t, db))
	}
	replay(eventstore.ReplayResult{Left: 1})
	if st := s.Stats(); st.Accepted != 5 || st.Recovered != 4 || sum(st.Stored) != 5 || sum(st.Quarantined) != 4 {
		t.Errorf("%+v", st)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ReplayQuarantine(ctx); err == nil {
		t.Error("no error although ctx had ended")
	}
}

func TestReplayWithoutQuarantine(t *testing.T) {
	s := open(t, mongostore.Config{URI: nowhere, Dir: t.TempDir()})
	if r, err := s.ReplayQuarantine(t.Context()); err != nil || r != (eventstore.ReplayResult{}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReplayOnAFailingDisk has the fsync of one of several segments fail: no line leaves the file.
func TestReplayOnAFailingDisk(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "quarantine.jsonl")
	const lines = 40 // of a megabyte: three segments
	var text strings.Builder
	for range lines {
		e := event(t, bson.E{Key: "pad", Value: strings.Repeat("x", 1<<20)})
		doc, err := bson.MarshalExtJSON(bson.Raw(e.Document), true, false)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, `{"id":%q,"event_type":"e","reason":"r","document":%s}`+"\n", uuid.UUID(e.ID), doc)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	files := faultfs.New()
	var syncs atomic.Int64
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Sync && syncs.Add(1) == 1 {
			return &faultfs.Fault{Err: syscall.EIO}
		}
		return nil
	})
	c := mongostore.Config{URI: nowhere, Dir: dir, Logger: slog.New(slog.DiscardHandler)}
	s, err := eventstore.OpenOn(sinkFor(t, c), queueFor(c), files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s, time.Millisecond) })
	r, err := s.ReplayQuarantine(t.Context())
	if !errors.Is(err, eventstore.ErrNotDurable) || r.Replayed != 0 {
		t.Errorf("got %+v, %v, want ErrNotDurable", r, err)
	}
	left, err := os.ReadFile(file)
	if err != nil || strings.Count(string(left), "\n") != lines {
		t.Errorf("%d lines are left of %d, %v", strings.Count(string(left), "\n"), lines, err)
	}
}

func TestReplayAfterShutdown(t *testing.T) {
	s := open(t, mongostore.Config{URI: nowhere, Dir: t.TempDir()})
	_ = shutdown(t, s, time.Second)
	if _, err := s.ReplayQuarantine(t.Context()); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
