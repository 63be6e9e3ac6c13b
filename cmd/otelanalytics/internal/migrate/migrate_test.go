// SPDX-License-Identifier: Apache-2.0

package migrate_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/migrate"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/query"
)

// said is what the command says, as JSON.
type said struct {
	Collection string
	DryRun     bool `json:"dry_run"`
	Finished   bool
	Found      int
	Converted  int
	Elsewhere  int `json:"changed_elsewhere"`
	Fields     map[string]int
	Skipped    []struct {
		Reason    string
		Documents int
		IDs       []string
	}
	Examples []any
}

func decode(t testing.TB, out string) (s said) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	return s
}

func (s said) left() (n int) {
	for _, r := range s.Skipped {
		n += r.Documents
	}
	return n
}

// raw returns a collection's documents as they are, byte by byte.
func raw(t testing.TB, collection *mongo.Collection) []bson.Raw {
	t.Helper()
	cursor, err := collection.Find(t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	var list []bson.Raw
	if err := cursor.All(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDryRunWritesNothing(t *testing.T) {
	collection := clitest.MongoDB(t)
	const each = 150 // three thousand documents
	pairs := oldDocuments(each)
	insertOld(t, collection, pairs)
	before := raw(t, collection)
	code, out, errs := clitest.Run(t, migrate.New(), "--dry-run", "--batch", "70", "-o", "json")
	s := decode(t, out)
	if want := each * garbage; code != 1 || s.left() != want || s.Converted != len(pairs)-want || s.Found != len(pairs) || !s.DryRun || !s.Finished {
		t.Errorf("exit code %d, %+v\n%s", code, s, errs)
	}
	if len(s.Examples) == 0 || s.Fields["timestamp"] != s.Converted || s.Fields["user_id"] != 3*each || s.Fields["session_id"] != each {
		t.Errorf("got %+v", s)
	}
	if after := raw(t, collection); !slices.EqualFunc(before, after, func(a, b bson.Raw) bool { return bytes.Equal(a, b) }) {
		t.Error("documents have changed")
	}
}

func TestMigrate(t *testing.T) {
	collection := clitest.MongoDB(t)
	pairs := oldDocuments(10)
	insertOld(t, collection, pairs)
	code, out, errs := clitest.Run(t, migrate.New(), "--batch", "7", "-o", "json")
	first := decode(t, out)
	if code != 1 || first.Converted != 10*(len(shapes)-garbage) || first.Elsewhere != 0 || !first.Finished || !strings.Contains(errs, "30 documents left as they are") {
		t.Errorf("exit code %d, %+v\n%s", code, first, errs)
	}
	reasons := map[string]int{}
	for _, r := range first.Skipped {
		reasons[r.Reason] = r.Documents
		if len(r.IDs) != 5 {
			t.Errorf("%d ids of %q", len(r.IDs), r.Reason)
		}
	}
	want := map[string]int{
		"timestamp is not in the form of ISO 8601":                   10,
		"timestamp names a day or a time of day that does not exist": 10,
		"user_id is neither a text, a whole number nor an ObjectId":  10,
	}
	if !maps.Equal(want, reasons) {
		t.Error(cmp.Diff(want, reasons))
	}
	check(t, documents(t, collection), pairs, false)

	// Again: nothing changes, and it ends.
	before := raw(t, collection)
	code, out, _ = clitest.Run(t, migrate.New(), "-o", "json")
	if again := decode(t, out); code != 1 || again.Converted != 0 || again.left() != 30 || again.Found != 30 {
		t.Errorf("the second time: exit code %d, %+v", code, again)
	}
	if after := raw(t, collection); !slices.EqualFunc(before, after, func(a, b bson.Raw) bool { return bytes.Equal(a, b) }) {
		t.Error("the second time changes documents")
	}

	// Queries find them, page by page, over ids of both types.
	code, out, errs = clitest.Run(t, query.New(), "--all", "-o", "json")
	if code != 0 || strings.Count(out, "\n") != len(pairs)-30 {
		t.Errorf("query: exit code %d, %d events, want %d\n%s", code, strings.Count(out, "\n"), len(pairs)-30, errs)
	}
}

func TestTimezone(t *testing.T) {
	collection := clitest.MongoDB(t)
	docs := []any{
		bson.M{"_id": "without", "timestamp": "2024-07-01T12:00:00.5", "created_at": "2024-07-01T12:00:01"},
		bson.M{"_id": "with", "timestamp": "2024-07-01T12:00:00Z"},
	}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := clitest.Run(t, migrate.New(), "--timezone", "Asia/Kathmandu"); code != 0 {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	got := documents(t, collection)
	for id, want := range map[string]string{"without": "2024-07-01T06:15:00.5Z", "with": "2024-07-01T12:00:00Z"} {
		at, _ := got[id]["timestamp"].(bson.DateTime)
		if text := at.Time().UTC().Format(time.RFC3339Nano); text != want {
			t.Errorf("%s a zone: %s, want %s", id, text, want)
		}
	}
	if at, _ := got["without"]["received_at"].(bson.DateTime); at.Time().UTC().Format(time.RFC3339) != "2024-07-01T06:15:01Z" {
		t.Errorf("received_at is %v", got["without"]["received_at"])
	}
}

func TestReportForPeople(t *testing.T) {
	collection := clitest.MongoDB(t)
	t.Setenv("OTELANALYTICS_MONGODB_DATABASE", "")
	docs := []any{
		bson.M{"_id": bson.ObjectID{1}, "user_id": nil, "timestamp": "2024-07-01T12:00:00.123456", "created_at": bson.DateTime(1_719_835_201_000), "event_data": bson.M{}},
		bson.M{"_id": bson.ObjectID{2}, "user_id": nil, "timestamp": "2024-07-01T12:00:00.123456", "created_at": bson.DateTime(1_719_835_201_000), "event_data": bson.M{}},
		bson.M{"_id": bson.ObjectID{3}, "user_id": int32(5), "timestamp": "20240701T120000Z", "event_data": bson.M{}, "platform": "\x1b[31m"},
		bson.M{"_id": "odd\x1b[31m", "timestamp": "\x1b[31m"},
	}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	code, out, errs := clitest.Run(t, migrate.New(), "--dry-run", "--database", collection.Database().Name())
	if code != 1 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	clitest.Golden(t, "testdata/dryrun.golden", strings.ReplaceAll(out, collection.Database().Name(), "analytics"))
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct {
		args, uri, says string
	}{
		{"", "", "no MongoDB is named"},
		{"", "mongodb://u:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200", "counting documents of the old form: "},
		{"--batch 0", "", "--batch is 0; it must be between 1 and 10000"},
		{"--timezone Mars/Olympus", "", "Europe/Berlin"},
		{"--timezone Local", "", "Europe/Berlin"},
		{"x", "", "too many arguments"},
	} {
		t.Setenv("OTELANALYTICS_MONGODB_URI", test.uri)
		code, out, errs := clitest.Run(t, migrate.New(), strings.Fields(test.args)...)
		if code != 2 || out != "" || !strings.Contains(errs, test.says) || strings.Contains(errs, "s3cret") {
			t.Errorf("%s: exit code %d, %q\n%s\nwant 2 and %q", test.args, code, out, errs, test.says)
		}
	}
}
