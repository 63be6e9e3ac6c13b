// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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

// TestDelete: nothing of the user is left, in no file, and everything of the other.
func TestDelete(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 50)
	h.user(t, bob, 1_000, 3)
	h.user(t, ada, 10, 2) // quarantined
	h.user(t, bob, 1_001, 1)
	flush(t, h.Store)
	if err := appendLine(h.dir, "not ours\n\n"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "quarantine.jsonl.tmp"), []byte(ada), 0o600); err != nil {
		t.Fatal(err) // what a process left that died while it deleted
	}
	h.user(t, ada, 100, 5) // in the journal only
	h.user(t, bob, 1_100, 1)
	if len(held(t, h.dir, ada)) < 3 {
		t.Fatalf("the user stands in %v: the test shows nothing", held(t, h.dir, ada))
	}
	before := h.Stats()
	got, err := h.Delete(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if want := (mongostore.DeleteResult{Stored: 55, Quarantined: 2, Unattributed: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if names := held(t, h.dir, ada); len(names) > 0 {
		t.Errorf("the user still stands in %v", names)
	}
	if n, m := h.stored(t, ada), h.stored(t, bob); n != 0 || m != 4 {
		t.Errorf("%d documents of the user, %d of the other", n, m)
	}
	text, err := os.ReadFile(filepath.Join(h.dir, "quarantine.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), bob) != 1 || !strings.HasSuffix(string(text), "\nnot ours\n") {
		t.Errorf("the others' lines: %s", text)
	}
	if after := h.Stats(); after.Accepted != before.Accepted || sum(after.Stored) < sum(before.Stored) || sum(after.Quarantined) != sum(before.Quarantined) {
		t.Errorf("counters changed: %+v, %+v", before, after)
	}
	balanced(t, h.Store)

	got, err = h.Delete(t.Context(), ada)
	if want := (mongostore.DeleteResult{Unattributed: 1}); err != nil || got != want {
		t.Errorf("again: %+v, %v", got, err)
	}
	h.user(t, ada, 500, 2) // the store goes on
	h.user(t, bob, 1_001, 1)
	flush(t, h.Store)
	if n := h.stored(t, ada); n != 2 {
		t.Errorf("%d documents of the user afterwards, want 2", n)
	}
	var out bytes.Buffer
	if r, err := h.Export(t.Context(), bob, &out); err != nil || r.Stored != 4 || r.Quarantined != 2 {
		t.Errorf("the other's export: %+v, %v", r, err)
	}
}

// TestDeleteThatEndsInTheMidst dies when MongoDB is asked to delete: what a process finds that starts on the
// directory then, even with the checkpoint gone, is nothing of the user's.
func TestDeleteThatEndsInTheMidst(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 20)
	h.user(t, bob, 1_000, 2)
	flush(t, h.Store) // the writer has no more reason to look after the journal
	copied := filepath.Join(t.TempDir(), "copy")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	die := func() {
		if err := os.CopyFS(copied, os.DirFS(h.dir)); err != nil {
			t.Error(err)
		}
		cancel()
	}
	h.onDelete.Store(&die)
	_, err := h.Delete(ctx, ada)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "the journal is cleared") || !strings.Contains(err.Error(), "delete again") {
		t.Errorf("got %v, want the context's error and how far it came", err)
	}
	if names := held(t, copied, ada); len(names) > 0 {
		t.Errorf("when MongoDB was asked, the user still stood in %v", names)
	}
	if err := os.Remove(filepath.Join(copied, "journal", "checkpoint")); err != nil {
		t.Fatal(err)
	}
	second := open(t, mongostore.Config{URI: nowhere, Dir: copied})
	if st := second.Stats(); st.Recovered != 0 {
		t.Errorf("%+v, want nothing to deliver again", st)
	}
	h.onDelete.Store(nil)
	got, err := h.Delete(t.Context(), ada)
	if err != nil || h.stored(t, ada) != 0 || h.stored(t, bob) != 2 {
		t.Errorf("again: %+v, %v; %d documents left", got, err, h.stored(t, ada))
	}
}

// TestDeleteThatCannotWrite fails at its last step, and ends well when called again.
func TestDeleteThatCannotWrite(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 20)
	h.user(t, ada, 0, 1)
	obstacle := filepath.Join(h.dir, "quarantine.jsonl.tmp")
	if err := os.MkdirAll(filepath.Join(obstacle, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := h.Delete(t.Context(), ada)
	if err == nil || !strings.Contains(err.Error(), "the journal and MongoDB are cleared; delete again") || got.Stored != 20 || got.Quarantined != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	got, err = h.Delete(t.Context(), ada)
	if want := (mongostore.DeleteResult{Quarantined: 1}); err != nil || got != want {
		t.Errorf("again: %+v, %v", got, err)
	}
	if names := held(t, h.dir, ada); len(names) > 0 {
		t.Errorf("the user still stands in %v", names)
	}
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

// TestDeleteReportsDamage has damage in the journal: the file stays, and is counted.
func TestDeleteReportsDamage(t *testing.T) {
	server := mongotest.Start(t)
	db, dir := server.Database(t), t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Dir: dir})
	for i := range 3 {
		add(t, s, userEvent(t, ada, i))
	}
	_ = shutdown(t, s, time.Millisecond)
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.journal"))
	if err != nil || len(segments) != 1 {
		t.Fatal(segments, err)
	}
	data, err := os.ReadFile(segments[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-300] ^= 1 // in the last event or the one before
	if err := os.WriteFile(segments[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	got, err := s.Delete(t.Context(), ada)
	if err != nil || got.DamagedSegments != 1 || got.Stored < 1 {
		t.Errorf("%+v, %v; want the damaged segment", got, err)
	}
	if diff := cmp.Diff([]string{filepath.Base(segments[0])}, held(t, dir, ada)); diff != "" {
		t.Errorf("where the user still stands: %s", diff)
	}
	if _, err := os.Stat(segments[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the damaged segment itself: %v", err)
	}
}

// TestDeleteAmongOthers deletes users while events are appended.
func TestDeleteAmongOthers(t *testing.T) {
	h := newHousehold(t)
	const rounds = 8
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range rounds * 20 {
			if _, err := h.Append(context.Background(), userEvent(t, bob, 100_000+i), eventstore.AckWritten); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := range rounds {
		user := fmt.Sprintf("user-%d-9ac3", i)
		h.user(t, user, 1_000*i, 10)
		h.user(t, user, 1_000*i, 1)
		got, err := h.Delete(t.Context(), user)
		if want := (mongostore.DeleteResult{Stored: 10, Quarantined: 1}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", user, got, err)
		}
		if names := held(t, h.dir, user); len(names) > 0 {
			t.Errorf("%s stands in %v", user, names)
		}
	}
	<-done
	flush(t, h.Store)
	if n := h.stored(t, bob); n != rounds*20 {
		t.Errorf("%d documents of the other, want %d", n, rounds*20)
	}
	balanced(t, h.Store)
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

// A nil context is one that never ends, as for the client.
func TestNilContext(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 1)
	var none context.Context
	if err := h.Flush(none); err != nil {
		t.Error(err)
	}
	if health := h.Health(none); health.SinkError != "" {
		t.Error(health.SinkError)
	}
	if r, err := h.Export(none, ada, new(bytes.Buffer)); err != nil || r.Stored != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := h.ReplayQuarantine(none); err != nil {
		t.Error(err)
	}
	if r, err := h.Delete(none, ada); err != nil || r.Stored != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := h.Shutdown(none); err != nil {
		t.Error(err)
	}
}

// What is through is through, also for a caller who does not wait any more.
func TestFlushOfWhatIsDelivered(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 1)
	flush(t, h.Store)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := h.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
