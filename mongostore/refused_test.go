// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestQuarantine has a unique index and field names refuse documents in the midst of good ones.
func TestQuarantine(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	_, err := db.Collection(mongostore.DefaultCollection).Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "unique", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var log servicetest.Log
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	var good int64
	var poison eventstore.Event
	for i := range 40 {
		add(t, s, event(t, bson.E{Key: "unique", Value: i}))
		good++
		if i == 20 {
			poison = event(t, bson.E{Key: "unique", Value: 3}, bson.E{Key: "note", Value: "s3cret"})
			add(t, s, poison)
		}
	}
	_ = shutdown(t, s, time.Millisecond)
	// Delivered by a later process, in one batch.
	s = open(t, mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: dir, Logger: log.Logger(),
	})
	stored := s.Await(41, eventstore.AckStored)
	quarantined := s.Await(22, eventstore.AckStored)
	flush(t, s)
	if err := stored.Wait(t.Context()); err != nil {
		t.Errorf("a good event's wait: %v", err)
	}
	if err := quarantined.Wait(t.Context()); !errors.Is(err, eventstore.ErrQuarantined) {
		t.Errorf("the poison's wait: %v", err)
	}
	if n := count(t, db, bson.D{}); n != good {
		t.Errorf("%d documents, want %d", n, good)
	}
	want := map[eventstore.QuarantineKey]int64{{Type: "e", Reason: "duplicate_key"}: 1}
	if diff := cmp.Diff(want, s.Stats().Quarantined); diff != "" {
		t.Error(diff)
	}
	balanced(t, s)
	text, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var line struct {
		ID       string `bson:"id"`
		Reason   string `bson:"reason"`
		Document bson.D `bson:"document"`
	}
	if err := bson.UnmarshalExtJSON(text, true, &line); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var original bson.D
	if err := bson.Unmarshal(poison.Document, &original); err != nil {
		t.Fatal(err)
	}
	if line.ID != uuid.UUID(poison.ID).String() || line.Reason != "duplicate_key" || !cmp.Equal(line.Document, original) {
		t.Errorf("quarantine file: %s", text)
	}
	if !strings.Contains(log.String(), "event quarantined") || strings.Contains(log.String(), "s3cret") {
		t.Errorf("the log must tell, without the document:\n%s", &log)
	}

	// The same event directly, with a wait.
	receipt, err := s.Append(t.Context(), event(t, bson.E{Key: "unique", Value: 5}), eventstore.AckStored)
	if err != nil {
		t.Fatal(err)
	}
	if err := receipt.Wait(t.Context()); !errors.Is(err, eventstore.ErrQuarantined) {
		t.Errorf("got %v, want ErrQuarantined", err)
	}
}

// TestServerThatTakesNothing answers every insert with an error, because of the database's name: that is an
// outage, whatever the error, and no reason to quarantine good events.
func TestServerThatTakesNothing(t *testing.T) {
	server := mongotest.Start(t)
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: server.URI(), Database: "not.a.name", Dir: dir, WithoutIndexes: true})
	for range 5 {
		add(t, s, event(t))
	}
	for end := time.Now().Add(time.Minute); queuetest.Sum(s.Stats().Errors) == 0 && time.Now().Before(end); {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) {
			t.Errorf("flush: %v, want ErrPending", err)
		}
		cancel()
	}
	st := s.Stats()
	if st.Pending != 5 || len(st.Quarantined) > 0 || queuetest.Sum(st.Errors) == 0 {
		t.Errorf("%+v, want 5 pending, and errors counted", st)
	}
	balanced(t, s)
}

// TestRefusedDocumentInFront has a document that some servers refuse in front of good ones: these pass it.
func TestRefusedDocumentInFront(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	add(t, s, event(t, bson.E{Key: "data", Value: bson.D{{Key: "$where.x", Value: 1}}}))
	const good = 20
	for range good {
		add(t, s, event(t))
	}
	flush(t, s)
	st := s.Stats()
	if refused := queuetest.Sum(st.Quarantined); queuetest.Sum(st.Stored)+refused != good+1 || refused > 1 {
		t.Errorf("%+v, want every good event stored", st)
	}
	if n := count(t, db, bson.D{}); n < good {
		t.Errorf("%d documents, want at least %d", n, good)
	}
	balanced(t, s)
}

// TestRedelivery delivers a directory twice, as after a crash between insert and checkpoint.
func TestRedelivery(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir, copied := t.TempDir(), t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Database: db.Name(), Dir: dir})
	for range 1_500 {
		add(t, s, event(t))
	}
	_ = shutdown(t, s, time.Millisecond)
	if err := os.CopyFS(filepath.Join(copied, "d"), os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for i, d := range []string{dir, filepath.Join(copied, "d")} {
		s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: d})
		flush(t, s)
		st := s.Stats()
		if queuetest.Sum(st.Stored) != 1_500 || st.Redelivered != int64(i)*1_500 {
			t.Errorf("delivery %d: %+v", i, st)
		}
		balanced(t, s)
	}
	if n := count(t, db, bson.D{}); n != 1_500 {
		t.Errorf("%d documents, want 1500", n)
	}
}
