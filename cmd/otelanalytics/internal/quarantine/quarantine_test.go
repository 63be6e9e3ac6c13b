// SPDX-License-Identifier: Apache-2.0

package quarantine_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// refusing is a deployment whose MongoDB refuses the second of two orders with the same number.
type refusing struct {
	config mongostore.Config
	db     *mongo.Database
	server *mongotest.Server
}

const index = "order_number"

func newRefusing(t *testing.T) *refusing {
	t.Helper()
	r := &refusing{server: mongotest.Start(t)}
	r.db = r.server.Database(t)
	r.config = mongostore.Config{URI: r.server.URI(), Database: r.db.Name(), Dir: t.TempDir(), WithoutIndexes: true, Logger: slog.New(slog.DiscardHandler)}
	unique := mongo.IndexModel{Keys: bson.D{{Key: "number", Value: 1}}, Options: options.Index().SetUnique(true).SetName(index)}
	if _, err := r.db.Collection(mongostore.DefaultCollection).Indexes().CreateOne(t.Context(), unique); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTELANALYTICS_MONGODB_URI", r.config.URI)
	t.Setenv("OTELANALYTICS_MONGODB_DATABASE", r.config.Database)
	t.Setenv("OTELANALYTICS_DATA_DIR", r.config.Dir)
	return r
}

func (r *refusing) open(t *testing.T) *mongostore.Store {
	t.Helper()
	store, err := mongostore.Open(t.Context(), r.config)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func (r *refusing) order(t *testing.T, store *mongostore.Store, number int) {
	t.Helper()
	id := uuid.New()
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: 4, Data: id[:]}}, {Key: "number", Value: number}, {Key: "user_id", Value: "lovelace"}, {Key: "received_at", Value: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Append(t.Context(), eventstore.Event{ID: id, Type: "order", Document: doc}, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
}

func (r *refusing) stored(t *testing.T) int64 {
	t.Helper()
	n, err := r.db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// result is what both commands write as JSON.
type result struct {
	Count            int64
	Groups           []struct{ Type, Reason string }
	Events           []struct{ Message string }
	Replayed, Stored int64
	Returned, Left   int64
	Pending, Before  int64
	Reasons          []struct {
		Type, Reason string
		Count        int64
	} `json:"returned_by_reason"`
}

func run(t *testing.T, want int, args ...string) (r result, out, errs string) {
	t.Helper()
	code, out, errs := clitest.Run(t, quarantine.New(), append(args, "-o", "json")...)
	if code != want {
		t.Fatalf("%q: exit code %d, want %d\n%s%s", args, code, want, out, errs)
	}
	if out != "" {
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return r, out, errs
}

// TestReplay goes through what an operator does: look, be refused by the running service, replay too early, fix, replay.
func TestReplay(t *testing.T) {
	r := newRefusing(t)
	store := r.open(t)
	for range 3 {
		r.order(t, store, 7)
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}

	got, out, _ := run(t, 0, "list")
	if got.Count != 2 || len(got.Groups) != 1 || got.Groups[0].Reason != "duplicate_key" || got.Groups[0].Type != "order" || strings.Contains(out, "lovelace") {
		t.Errorf("list: %s", out)
	}
	if _, out, _ := run(t, 0, "list", "--events"); strings.Contains(out, "lovelace") || strings.Contains(out, "message") || strings.Count(out, `"line"`) != 2 {
		t.Errorf("list --events: %s", out)
	}
	if got, out, _ := run(t, 0, "list", "--data", "--limit", "1"); !strings.Contains(out, "lovelace") || len(got.Events) != 1 || got.Events[0].Message == "" {
		t.Errorf("list --data: %s", out)
	}
	if _, text, _ := clitest.Run(t, quarantine.New(), "list", "--events"); !strings.Contains(text, "order  duplicate_key  2") || !strings.Contains(text, "fix: ") {
		t.Errorf("list:\n%s", text)
	}

	if _, _, errs := run(t, 2, "replay"); !strings.Contains(errs, "in use by process") || !strings.Contains(errs, "stop that service") {
		t.Errorf("beside the service: %s", errs)
	}
	if err := store.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}

	got, _, errs := run(t, 1, "replay")
	if got.Replayed != 2 || got.Stored != 0 || got.Returned != 2 || len(got.Reasons) != 1 || got.Reasons[0].Reason != "duplicate_key" || !strings.Contains(errs, "2 events not stored") {
		t.Errorf("too early: %+v %s", got, errs)
	}
	if err := r.db.Collection(mongostore.DefaultCollection).Indexes().DropOne(t.Context(), index); err != nil {
		t.Fatal(err)
	}
	got, out, _ = run(t, 0, "replay")
	if got.Replayed != 2 || got.Stored != 2 || got.Returned != 0 || r.stored(t) != 3 {
		t.Errorf("after fixing: %s", out)
	}
	if got, out, _ := run(t, 0, "replay"); got.Replayed != 0 {
		t.Errorf("nothing left: %s", out)
	}
	if got, out, _ := run(t, 0, "list"); got.Count != 0 {
		t.Errorf("nothing left: %s", out)
	}
}

// TestReplayLeavesWhatIsNoEvent: a line without a whole document stays, and is told.
func TestReplayLeavesWhatIsNoEvent(t *testing.T) {
	r := newRefusing(t)
	path := filepath.Join(r.config.Dir, "quarantine.jsonl")
	if err := os.WriteFile(path, []byte(`{"event_type":"order","reason":"validation"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, out, _ := run(t, 1, "replay"); got.Left != 1 {
		t.Errorf("%s", out)
	}
	if _, text, _ := clitest.Run(t, quarantine.New(), "list"); !strings.Contains(text, "1 line cannot be put back: the line holds no whole document") {
		t.Errorf("list:\n%s", text)
	}
}

// TestReplayWithoutMongoDB: the events are in the journal then, and not lost.
func TestReplayWithoutMongoDB(t *testing.T) {
	r := newRefusing(t)
	if !r.server.CanStop() {
		t.Skip("TestReplayWithoutMongoDB: the server in OTELANALYTICS_TEST_MONGODB_URI cannot be stopped from here")
	}
	store := r.open(t)
	r.order(t, store, 7)
	r.order(t, store, 7)
	if err := store.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.server.Stop()
	got, _, errs := run(t, 2, "replay", "--timeout", "300ms")
	if got.Pending != 1 || !strings.Contains(errs, "MongoDB") || !strings.Contains(errs, "the remaining events wait in the journal") {
		t.Errorf("%+v %s", got, errs)
	}
	j, err := eventstore.InspectJournal(context.Background(), r.config.Dir)
	if err != nil || j.Pending != 1 || j.Held {
		t.Errorf("%+v, %v", j, err)
	}
	r.server.Start()
	if err := r.db.Collection(mongostore.DefaultCollection).Indexes().DropOne(t.Context(), index); err != nil {
		t.Fatal(err)
	}
	store = r.open(t)
	if err := store.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := r.stored(t); n != 2 {
		t.Errorf("%d documents, want 2", n)
	}
}

func TestReplayMistakes(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"replay"}, "no MongoDB is named"},
		{[]string{"replay", "--uri", "mongodb://127.0.0.1:1", "--data-dir", filepath.Join(dir, "missing")}, "there is no data directory"},
		{[]string{"replay", "DIR"}, "--data-dir names the directory"},
		{[]string{"list", filepath.Join(dir, "missing")}, "missing"},
	} {
		if _, _, errs := run(t, 2, test.args...); !strings.Contains(errs, test.want) {
			t.Errorf("%q: %s", test.args, errs)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("a directory was created: %v, %v", entries, err)
	}
}

// TestReplayedUsersAreCounted: services that count distinct users are told of the events that are put back.
func TestReplayedUsersAreCounted(t *testing.T) {
	r := newRefusing(t)
	store := r.open(t)
	began := time.Now()
	for range 2 {
		r.order(t, store, 7)
	}
	if err := errors.Join(store.Flush(t.Context()), store.Shutdown(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := r.db.Collection(mongostore.DefaultCollection).Indexes().DropOne(t.Context(), index); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "0123456789abcdef")
	run(t, 0, "replay")
	var mark struct{ Start time.Time }
	if err := r.db.Collection(mongostore.DefaultCollection+mongostore.UniquesSuffix).FindOne(t.Context(), bson.D{}).Decode(&mark); err != nil {
		t.Fatal(err)
	}
	if mark.Start.After(began.Add(time.Second)) || mark.Start.Before(began.Add(-time.Minute)) {
		t.Errorf("the mark is from %v; the event was accepted at %v", mark.Start, began)
	}
}
