// SPDX-License-Identifier: Apache-2.0

package query_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/query"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// documents are events of today's form with UUIDs, and some that were brought there, with ObjectIds.
func documents() []any {
	var docs []any
	for i := range 6 {
		doc := bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: append(make([]byte, 15), byte(i))}},
			{Key: "user_id", Value: []string{"ada", "bob", ""}[i%3]},
			{Key: "event_type", Value: "card_played"},
			{Key: "event_data", Value: bson.D{{Key: "n", Value: i}, {Key: "at", Value: noon}}},
			{Key: "timestamp", Value: noon.Add(time.Duration(i) * time.Second)},
			{Key: "received_at", Value: noon.Add(time.Minute)},
			{Key: "service", Value: bson.D{{Key: "name", Value: "cards"}}},
			{Key: "map_version", Value: "v"},
			{Key: "v", Value: int32(1)},
		}
		if i == 1 {
			doc = append(doc, bson.E{Key: "metrics", Value: false})
		}
		docs = append(docs, doc)
	}
	for i := range 6 {
		docs = append(docs, bson.D{
			{Key: "_id", Value: bson.ObjectID{11: byte(i)}},
			{Key: "user_id", Value: "ada"},
			{Key: "event_type", Value: "user_logged_in"},
			{Key: "event_data", Value: bson.D{}},
			{Key: "timestamp", Value: noon},
			{Key: "received_at", Value: noon},
		})
	}
	return append(docs, bson.D{
		{Key: "_id", Value: bson.ObjectID{0: 1}},
		{Key: "user_id", Value: "eve\x1b[31m\u202e"},
		{Key: "event_type", Value: "x\r\ny\u009b"},
		{Key: "event_data", Value: bson.D{{Key: "text", Value: "\x1b]0;title\x07\u009b31m" + strings.Repeat("long ", 50)}}},
		{Key: "timestamp", Value: noon.Add(time.Hour)},
		{Key: "received_at", Value: noon},
	})
}

func TestQuery(t *testing.T) {
	collection := clitest.MongoDB(t)
	if _, err := collection.InsertMany(t.Context(), documents()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		args   []string
		golden string
	}{
		{"table", []string{}, "testdata/table.golden"},
		{"a user's, as JSON", []string{"--user", "bob", "-o", "json"}, "testdata/bob.json.golden"},
		{"what a terminal would act on, as JSON", []string{"--from", "2026-07-01T13:00:00Z", "-o", "json"}, "testdata/eve.json.golden"},
		{"nobody's", []string{"--anonymous", "--all"}, "testdata/anonymous.golden"},
		{"all of a type, as JSON", []string{"--type", "card_played", "--to", "2026-07-01T14:00:02+02:00", "--all", "-o", "json"}, "testdata/all.jsonl.golden"},
		{"nothing", []string{"--user", "nobody"}, "testdata/nothing.golden"},
		{"nothing, as JSON", []string{"--from", "1h", "-o", "json"}, "testdata/nothing.json.golden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, query.New(), test.args...)
			if code != 0 || errs != "" {
				t.Errorf("exit code %d\n%s", code, errs)
			}
			if strings.ContainsAny(out, "\x1b\r\x07\u009b\u202e") {
				t.Errorf("what a terminal acts on is written: %q", out)
			}
			clitest.Golden(t, test.golden, out)
		})
	}
}

// TestPages goes from page to page with the cursors that are printed, over documents with ids of two types in one
// millisecond.
func TestPages(t *testing.T) {
	collection := clitest.MongoDB(t)
	if _, err := collection.InsertMany(t.Context(), documents()); err != nil {
		t.Fatal(err)
	}
	type page struct {
		Events []struct{ ID string }
		Next   string
	}
	read := func(args ...string) (p page) {
		code, out, errs := clitest.Run(t, query.New(), append(args, "-o", "json")...)
		if code != 0 {
			t.Fatal(errs)
		}
		if err := json.Unmarshal([]byte(out), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	whole := read()
	var one []string
	for args := []string{"--limit", "1"}; ; {
		p := read(args...)
		for _, e := range p.Events {
			one = append(one, e.ID)
		}
		if p.Next == "" {
			break
		}
		args = []string{"--limit", "1", "--cursor", p.Next}
	}
	if len(whole.Events) != 13 || len(one) != 13 {
		t.Fatalf("%d events at once, %d one by one, want 13", len(whole.Events), len(one))
	}
	for i, e := range whole.Events {
		if e.ID != one[i] {
			t.Errorf("%d: %s one by one, %s at once", i, one[i], e.ID)
		}
	}
	_, out, _ := clitest.Run(t, query.New(), "--limit", "12")
	_, cursor, ok := strings.Cut(out, "There are more: --cursor ")
	if !ok {
		t.Fatalf("no cursor in\n%s", out)
	}
	_, out, _ = clitest.Run(t, query.New(), "--cursor", strings.TrimSpace(cursor))
	if lines := strings.Count(out, "\n"); lines != 2 {
		t.Errorf("the last page has %d lines, want a header and an event\n%s", lines, out)
	}
}

func TestMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct {
		name string
		args []string
		uri  string
		says string
	}{
		{"no MongoDB", nil, "", "no MongoDB is named; set OTELANALYTICS_MONGODB_URI"},
		{"MongoDB away", nil, "mongodb://u:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200", "mongostore: query: "},
		{"limit", []string{"--limit", "1001"}, "", "--limit is 1001; it must be between 1 and 1000; --all"},
		{"user and anonymous", []string{"--user", "u", "--anonymous"}, "", "--user and --anonymous"},
		{"empty user", []string{"--user", ""}, "", "--anonymous chooses"},
		{"times in the wrong order", []string{"--from", "1h", "--to", "2h"}, "", "--from must be earlier"},
		{"no time", []string{"--from", "yesterday"}, "", "7d or 2w"},
		{"cursor", []string{"--cursor", "x"}, "mongodb://127.0.0.1:1/", "--cursor: "},
		{"argument", []string{"u-17"}, "", "too many arguments"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("OTELANALYTICS_MONGODB_URI", test.uri)
			code, out, errs := clitest.Run(t, query.New(), test.args...)
			if code != 2 || out != "" || !strings.Contains(errs, test.says) || strings.Contains(errs, "s3cret") {
				t.Errorf("exit code %d, %q\n%s\nwant 2 and %q", code, out, errs, test.says)
			}
		})
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("the command left %v, %v", entries, err)
	}
}
