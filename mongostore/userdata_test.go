// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	mongoevent "go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// The user whose data these tests ask for, and another one. No name is a part of another text in the files.
const (
	ada = "user-ada-5f0c"
	bob = "user-bob-77e1"
)

// household is a store in which both users have events, some of them in quarantine.
type household struct {
	*mongostore.Store
	db  *mongo.Database
	dir string
	// onDelete is called when the command that deletes is about to be sent.
	onDelete atomic.Pointer[func()]
}

func newHousehold(t *testing.T) *household {
	t.Helper()
	server := mongotest.Start(t)
	h := &household{db: server.Database(t), dir: t.TempDir()}
	_, err := h.db.Collection(mongostore.DefaultCollection).Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "n", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Store = open(t, mongostore.Config{
		URI: server.URI(), Database: h.db.Name(), Dir: h.dir, Logger: slog.New(slog.DiscardHandler),
		Client: options.Client().SetMonitor(&mongoevent.CommandMonitor{Started: func(_ context.Context, e *mongoevent.CommandStartedEvent) {
			if f := h.onDelete.Load(); f != nil && e.CommandName == "delete" {
				(*f)()
			}
		}}),
	})
	return h
}

// user appends events of a user, numbered from n on; a number that was there before goes to quarantine.
func (h *household) user(t *testing.T, user string, n, count int) {
	t.Helper()
	events := make([]eventstore.Event, count)
	for i := range events {
		events[i] = userEvent(t, user, n+i)
	}
	addBatch(t, h.Store, events, eventstore.AckWritten)
}

func userEvent(t testing.TB, user string, n int) eventstore.Event {
	t.Helper()
	return event(t, bson.E{Key: "n", Value: n}, bson.E{Key: "user_id", Value: user}, bson.E{Key: "event_type", Value: "e"},
		bson.E{Key: "timestamp", Value: noon.Add(time.Duration(n) * time.Second)}, bson.E{Key: "event_data", Value: bson.D{{Key: "big", Value: int64(1) << 40}}})
}

// held lists the files below a directory in which a text stands. Files may come and go meanwhile.
func held(t *testing.T, dir, text string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && bytes.Contains(data, []byte(text)) {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func (h *household) stored(t *testing.T, user string) int64 {
	t.Helper()
	n, err := h.db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), bson.D{{Key: "user_id", Value: user}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestExport(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 300)
	h.user(t, bob, 1_000, 3)
	h.user(t, ada, 10, 2) // quarantined
	h.user(t, bob, 1_000, 1)
	h.user(t, "", 2_000, 1)
	flush(t, h.Store)
	if err := appendLine(h.dir, "not ours\n"); err != nil {
		t.Fatal(err)
	}
	h.user(t, ada, 300, 1) // in the journal only, when Export is called

	var out bytes.Buffer
	got, err := h.Export(t.Context(), ada, &out)
	if err != nil {
		t.Fatal(err)
	}
	if want := (mongostore.ExportResult{Stored: 301, Quarantined: 2, Unattributed: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	seen := make(map[int]int)
	wrapped := 0
	for line := range bytes.Lines(out.Bytes()) {
		var doc struct {
			User       string    `bson:"user_id"`
			N          int       `bson:"n"`
			Timestamp  time.Time `bson:"timestamp"`
			Quarantine *struct {
				Reason string `bson:"reason"`
			} `bson:"quarantine"`
			Document bson.Raw `bson:"document"`
		}
		if err := bson.UnmarshalExtJSON(line, false, &doc); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if doc.Quarantine != nil {
			wrapped++
			if doc.Quarantine.Reason != "duplicate_key" || !bytes.Contains(line, []byte(`"document":{"_id":`)) {
				t.Errorf("%s", line)
			}
			if err := bson.Unmarshal(doc.Document, &doc); err != nil {
				t.Fatal(err)
			}
		}
		if doc.User != ada || !doc.Timestamp.Equal(noon.Add(time.Duration(doc.N)*time.Second)) || !bytes.Contains(line, []byte(`"big":1099511627776`)) {
			t.Errorf("%s", line)
		}
		seen[doc.N]++
	}
	if len(seen) != 301 || seen[10] != 2 || seen[11] != 2 || wrapped != 2 {
		t.Errorf("%d different events, %d quarantined", len(seen), wrapped)
	}

	got, err = h.Export(t.Context(), "nobody", &out)
	if want := (mongostore.ExportResult{Unattributed: 1}); err != nil || got != want {
		t.Errorf("an unknown user: %+v, %v", got, err)
	}
	if _, err := h.Export(t.Context(), ada, brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("a writer that fails: %v", err)
	}
}

var errBroken = errors.New("broken")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// appendLine writes to the quarantine file what is not this program's.
func appendLine(dir, text string) error {
	f, err := os.OpenFile(filepath.Join(dir, "quarantine.jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// TestUserDataWhileMongoDBIsAway: nothing is left out silently, and nothing is deleted.
func TestUserDataWhileMongoDBIsAway(t *testing.T) {
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Dir: dir})
	if _, err := s.Append(t.Context(), userEvent(t, ada, 1), eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var out bytes.Buffer
	exported, err := s.Export(ctx, ada, &out)
	if !errors.Is(err, eventstore.ErrPending) || exported != (mongostore.ExportResult{}) || out.Len() > 0 {
		t.Errorf("export: %+v, %v", exported, err)
	}
	deleted, err := s.Delete(ctx, ada)
	if !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "nothing was deleted") || deleted != (mongostore.DeleteResult{}) {
		t.Errorf("delete: %+v, %v", deleted, err)
	}
	if s.Stats().Pending != 1 || len(held(t, dir, ada)) != 1 {
		t.Errorf("%+v, want the event to wait as before", s.Stats())
	}
	_ = shutdown(t, s, time.Millisecond)
	_, exportErr := s.Export(t.Context(), ada, &out)
	_, deleteErr := s.Delete(t.Context(), ada)
	if !errors.Is(exportErr, eventstore.ErrClosed) || !errors.Is(deleteErr, eventstore.ErrClosed) {
		t.Errorf("after shutdown: %v, %v", exportErr, deleteErr)
	}
	_, exportErr = s.Export(t.Context(), "", &out)
	_, deleteErr = s.Delete(t.Context(), "")
	if !errors.Is(exportErr, mongostore.ErrQuery) || !errors.Is(deleteErr, mongostore.ErrQuery) {
		t.Errorf("without a user: %v, %v", exportErr, deleteErr)
	}
}

// Documents are UTF-8: a user whose id is not is found by the id that was tracked all the same.
func TestUserWhoseIDIsNotUTF8(t *testing.T) {
	h := newHousehold(t)
	const id, stored = "user-\xff\x00b", "user-\uFFFD\x00b"
	h.user(t, stored, 0, 2)
	h.user(t, stored, 1, 1) // refused
	var lines bytes.Buffer
	flush(t, h.Store)
	if page, err := h.Reader().Query(t.Context(), mongostore.Query{UserID: id}); err != nil || len(page.Events) != 2 {
		t.Errorf("query: %d events, %v", len(page.Events), err)
	}
	if r, err := h.Export(t.Context(), id, &lines); err != nil || r.Stored != 2 || r.Quarantined != 1 {
		t.Errorf("export: %+v, %v", r, err)
	}
	if r, err := h.Delete(t.Context(), id); err != nil || r.Stored != 2 || r.Quarantined != 1 {
		t.Errorf("delete: %+v, %v", r, err)
	}
}
