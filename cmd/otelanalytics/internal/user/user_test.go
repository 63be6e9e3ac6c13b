// SPDX-License-Identifier: Apache-2.0

package user_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/user"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

const (
	ada = "user-ada-5f0c"
	bob = "user-bob-77e1"
)

// nowhere is an address at which nothing listens.
const nowhere = "mongodb://user:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200"

func event(t *testing.T, of string, n int) eventstore.Event {
	t.Helper()
	id := uuid.New()
	doc, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "user_id", Value: of},
		{Key: "event_type", Value: "e"},
		{Key: "n", Value: n},
		{Key: "timestamp", Value: time.Now()},
	})
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "e", Document: doc}
}

func stored(t *testing.T, collection *mongo.Collection, of string) int64 {
	t.Helper()
	n, err := collection.CountDocuments(t.Context(), bson.D{{Key: "user_id", Value: of}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// service stores n events of both users, the first of them twice, so that MongoDB refuses it. It then goes on without a
// MongoDB and dies with m more events of both in its journal. It returns its data directory.
func service(t *testing.T, collection *mongo.Collection, n, m int) string {
	t.Helper()
	_, err := collection.Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "user_id", Value: 1}, {Key: "n", Value: 1}}, Options: options.Index().SetUnique(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	run := func(uri string, limit time.Duration, numbers ...int) {
		s, err := mongostore.Open(t.Context(), mongostore.Config{
			URI: uri, Database: collection.Database().Name(), Dir: dir, WithoutIndexes: true, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, of := range []string{ada, bob} {
			for _, number := range numbers {
				if _, err := s.Append(t.Context(), event(t, of, number), eventstore.AckWritten); err != nil {
					t.Fatal(err)
				}
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := s.Shutdown(ctx); (err != nil) != (uri == nowhere) {
			t.Fatal(err)
		}
	}
	run(os.Getenv("OTELANALYTICS_MONGODB_URI"), time.Minute, append(numbers(0, n), 0)...)
	if m > 0 {
		run(nowhere, 10*time.Millisecond, numbers(n, n+m)...)
	}
	return dir
}

func numbers(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

type result struct {
	File            string
	DataDir         string `json:"data_dir"`
	IDs             string
	Stored          int64
	Quarantined     int64
	Unattributed    int64
	DamagedSegments int `json:"damaged_segments"`
}

// run runs the command, whose errors must name no user and no password, and reads its result.
func run(t *testing.T, args ...string) (code int, r result, out, errs string) {
	t.Helper()
	code, out, errs = clitest.Run(t, user.New(), args...)
	if strings.Contains(errs, ada) || strings.Contains(errs, "s3cret") {
		t.Errorf("the standard error says\n%s", errs)
	}
	if slices.Contains(args, "json") && out != "" {
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Errorf("%v in\n%s", err, out)
		}
	}
	return code, r, out, errs
}

func lines(t *testing.T, file string) (all []string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
		all = append(all, line)
	}
	return all
}

func TestExportWithTheJournal(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 3, 2)
	file := filepath.Join(t.TempDir(), "out.jsonl")
	if err := os.WriteFile(file+".partial", []byte("what a killed process left"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, r, _, errs := run(t, "export", ada, "--out", file, "--data-dir", dir, "-o", "json")
	if want := (result{File: file, DataDir: dir, Stored: 5, Quarantined: 1}); code != 0 || r != want {
		t.Errorf("exit code %d, %+v, want %+v\n%s", code, r, want, errs)
	}
	all := lines(t, file)
	for _, line := range all {
		if !strings.Contains(line, ada) || strings.Contains(line, bob) {
			t.Errorf("a line that is not the user's: %s", line)
		}
	}
	if len(all) != 6 || !strings.Contains(all[5], `{"quarantine":{"reason":"duplicate_key"`) {
		t.Errorf("%d lines, want 5 and one of the quarantine file", len(all))
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(file + ".partial"); err == nil {
		t.Error("the partial file is there")
	}

	// A file that is there is not replaced.
	code, _, out, errs := run(t, "export", ada, "--out", file, "--data-dir", dir)
	if again := lines(t, file); code != 2 || out != "" || !strings.Contains(errs, "is there already") || !slices.Equal(all, again) {
		t.Errorf("the second time: exit code %d, %q\n%s", code, out, errs)
	}
}

func TestExportWithoutAJournal(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 3, 2)
	t.Chdir(t.TempDir())
	for name, args := range map[string][]string{"no directory": nil, "as the flag says": {"--data-dir", dir, "--without-journal"}} {
		file := filepath.Join(t.TempDir(), "out.jsonl")
		code, _, out, errs := run(t, append([]string{"export", ada, "--out", file}, args...)...)
		if code != 0 || len(lines(t, file)) != 3 || !strings.Contains(out, "3 events, and 0 that MongoDB refused") || !strings.Contains(out, "only MongoDB is covered") {
			t.Errorf("%s: exit code %d, %s%s", name, code, out, errs)
		}
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("the command left %v, %v", entries, err)
	}
}

// TestDirectoryInTheWorkingDirectory: otelanalytics-data is found without being named.
func TestDirectoryInTheWorkingDirectory(t *testing.T) {
	collection := clitest.MongoDB(t)
	t.Chdir(filepath.Dir(service(t, collection, 1, 1)))
	if err := os.Rename("data", eventstore.DefaultDir); err != nil {
		t.Fatal(err)
	}
	code, r, _, errs := run(t, "export", ada, "--out", "out.jsonl", "-o", "json")
	if want := (result{File: "out.jsonl", DataDir: eventstore.DefaultDir, Stored: 2, Quarantined: 1}); code != 0 || r != want {
		t.Errorf("exit code %d, %+v, want %+v\n%s", code, r, want, errs)
	}
}

func TestDeleteWithTheJournal(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 3, 2)
	code, out, errs := clitest.Run(t, user.New(), "delete", ada, "--data-dir", dir)
	if n := stored(t, collection, ada); code != 2 || out != "" || !strings.Contains(errs, "--yes") || n != 3 {
		t.Errorf("without --yes: exit code %d, %d documents left, %s%s", code, n, out, errs)
	}
	ids := filepath.Join(t.TempDir(), "ids.jsonl")
	code, r, _, errs := run(t, "delete", ada, "--data-dir", dir, "--yes", "-o", "json", "--ids", ids)
	if want := (result{DataDir: dir, IDs: ids, Stored: 5, Quarantined: 1}); code != 0 || r != want {
		t.Errorf("exit code %d, %+v, want %+v\n%s", code, r, want, errs)
	}
	if n, others := stored(t, collection, ada), stored(t, collection, bob); n != 0 || others != 5 {
		t.Errorf("%d documents are left, and %d of the other user, want none and 5", n, others)
	}
	checkIDs(t, ids, 6)
	if code, _, errs := clitest.Run(t, user.New(), "delete", ada, "--data-dir", dir, "--yes", "--ids", ids); code != 2 || !strings.Contains(errs, "is there already") {
		t.Errorf("a file of ids that is there: exit code %d\n%s", code, errs)
	}
	// Nothing in the directory brings the user back.
	code, r, _, errs = run(t, "delete", ada, "--data-dir", dir, "--yes", "-o", "json")
	if want := (result{DataDir: dir}); code != 0 || r != want {
		t.Errorf("the second time: exit code %d, %+v, want %+v\n%s", code, r, want, errs)
	}
}

// checkIDs reads a file of --ids: n different events with their times.
func checkIDs(t *testing.T, file string, n int) {
	t.Helper()
	seen := map[string]bool{}
	for _, line := range lines(t, file) {
		var l struct{ ID, Timestamp string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if _, err := uuid.Parse(l.ID); err != nil || l.Timestamp == "" {
			t.Errorf("%v: %s", err, line)
		}
		seen[l.ID] = true
	}
	if len(seen) != n {
		t.Errorf("%d ids, want %d", len(seen), n)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
}

func TestWhatIsLeft(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 1, 0)
	f, err := os.OpenFile(filepath.Join(dir, "quarantine.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("half a li\n"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	damaged := filepath.Join(dir, "journal", "damaged")
	if err := os.MkdirAll(damaged, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(damaged, "0001"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "out.jsonl")
	code, r, _, errs := run(t, "export", ada, "--out", file, "--data-dir", dir, "-o", "json")
	if code != 1 || r.Unattributed != 1 || len(lines(t, file)) != 2 || !strings.Contains(errs, "1 line whose user is unknown") {
		t.Errorf("export: exit code %d, %+v\n%s", code, r, errs)
	}
	code, _, out, errs := run(t, "delete", ada, "--data-dir", dir, "--yes")
	if code != 1 || !strings.Contains(out, "left: 1 line in quarantine.jsonl") || !strings.Contains(out, "left: 1 damaged file in journal/damaged") ||
		!strings.Contains(out, "deleted: 1 event, and 1 that MongoDB had refused") {
		t.Errorf("delete: exit code %d\n%s%s", code, out, errs)
	}
}

func TestDeleteWithoutAJournal(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 3, 2)
	// A document of the old form, and one of a user whose id is a part of another's.
	docs := []any{bson.M{"user_id": ada, "timestamp": "2024-01-01T00:00:00", "n": 100}, bson.M{"user_id": ada + "-2", "n": 100}}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	code, _, out, errs := run(t, "delete", ada, "--data-dir", dir, "--without-journal", "--yes")
	if code != 0 || !strings.Contains(out, "deleted: 4 events") || !strings.Contains(out, "only MongoDB is covered") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if stored(t, collection, ada) != 0 || stored(t, collection, bob) != 3 || stored(t, collection, ada+"-2") != 1 {
		t.Error("the wrong documents were deleted")
	}
}

func TestServiceHasTheDirectory(t *testing.T) {
	clitest.MongoDB(t)
	dir := t.TempDir()
	s, err := mongostore.Open(t.Context(), mongostore.Config{URI: nowhere, Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_ = s.Shutdown(ctx)
	}()
	t.Setenv("OTELANALYTICS_DATA_DIR", dir)
	file := filepath.Join(t.TempDir(), "out.jsonl")
	for _, args := range [][]string{{"export", ada, "--out", file}, {"delete", ada, "--yes"}} {
		code, _, out, errs := run(t, args...)
		if code != 2 || out != "" || !strings.Contains(errs, dir) || !strings.Contains(errs, "process "+strconv.Itoa(os.Getpid())) || !strings.Contains(errs, "--without-journal") {
			t.Errorf("%v: exit code %d, %q\n%s", args, code, out, errs)
		}
		if code, _, _, errs := run(t, append(args, "--without-journal")...); code != 0 {
			t.Errorf("%v --without-journal: exit code %d\n%s", args, code, errs)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	work := t.TempDir()
	t.Setenv("OTELANALYTICS_MONGODB_URI", nowhere)
	for _, test := range []struct {
		name string
		args []string
		says string
	}{
		{"no user", []string{"export"}, "USER, the id of a user, is missing"},
		{"no file", []string{"export", ada}, "--out is missing"},
		{"an empty user", []string{"export", "", "--out", "x"}, "USER is empty"},
		{"an empty user to delete", []string{"delete", "", "--yes"}, "USER is empty"},
		{"a directory that is not there", []string{"export", ada, "--out", "x", "--data-dir", "missing"}, "missing does not exist"},
		{"the same to delete", []string{"delete", ada, "--yes", "--data-dir", "missing"}, "missing does not exist"},
		{"MongoDB away", []string{"export", ada, "--out", "x"}, "x was not written"},
		{"MongoDB away, with a directory", []string{"export", ada, "--out", "x", "--data-dir", work, "--timeout", "300ms"}, "x was not written"},
		{"nothing to delete from", []string{"delete", ada, "--yes"}, "deleted until then: 0 events"},
		{"a folder that is not there", []string{"export", ada, "--out", "no/x"}, "no/x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, _, out, errs := run(t, test.args...)
			if code != 2 || out != "" || !strings.Contains(errs, test.says) {
				t.Errorf("exit code %d, %q\n%s\nwant 2 and %q", code, out, errs, test.says)
			}
		})
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("the command left %v, %v", entries, err)
	}
}
