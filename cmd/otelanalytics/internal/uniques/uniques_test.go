// SPDX-License-Identifier: Apache-2.0

package uniques_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/uniques"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

const events = `
version: 1
metrics:
  active_users: {instrument: unique}
  active_users_by_platform:
    instrument: unique
    windows: {weekly: 7d}
    attributes: {platform: {values: [web, ios]}}
  seen: {instrument: counter}
every_event:
  record:
    - {metric: active_users}
    - {metric: active_users_by_platform, from: {platform: $platform}}
`

// deployment writes a map and names it, a MongoDB and a key by the SDK's variables.
func deployment(t *testing.T, text string) *mongo.Collection {
	t.Helper()
	path := clitest.File(t, "events.yaml", text)
	t.Setenv("OTELANALYTICS_EVENT_MAP", path)
	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "0123456789abcdef")
	return clitest.MongoDB(t)
}

// insert stores events of so many users.
func insert(t *testing.T, c *mongo.Collection, from, users int, platform string, happened, accepted time.Time) {
	t.Helper()
	var docs []any
	for n := range users {
		docs = append(docs, bson.D{
			{Key: "user_id", Value: fmt.Sprint("u-", from+n)},
			{Key: "event_type", Value: "e"},
			{Key: "platform", Value: platform},
			{Key: "timestamp", Value: happened},
			{Key: "received_at", Value: accepted},
			{Key: "event_data", Value: bson.D{}},
		})
	}
	for some := range slices.Chunk(docs, 1_000) {
		if _, err := c.InsertMany(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
}

type shown struct {
	Numbers []struct {
		Metric       string
		Attributes   map[string]string
		Value, Error uint64
		Exact        bool
	}
	PassedOver int64 `json:"passed_over"`
}

// show returns the numbers as text, by metric and attributes.
func show(t *testing.T) (numbers map[string]string, passedOver int64) {
	t.Helper()
	code, out, errs := clitest.Run(t, uniques.New(), "show", "-o", "json")
	var s shown
	if code != 0 || json.Unmarshal([]byte(out), &s) != nil {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	numbers = make(map[string]string)
	for _, n := range s.Numbers {
		numbers[fmt.Sprint(n.Metric, n.Attributes)] = fmt.Sprint(n.Value, " ", n.Error, " ", n.Exact)
	}
	return numbers, s.PassedOver
}

// TestRebuildAndShow counts the documents of a time, shows their numbers, and says what is damaged.
func TestRebuildAndShow(t *testing.T) {
	c := deployment(t, events)
	now := time.Now().UTC()
	insert(t, c, 0, 30, "web", now.Add(-time.Minute), now.Add(-time.Minute))
	insert(t, c, 20, 30, "ios", now.Add(-50*time.Hour), now.Add(-50*time.Hour))
	insert(t, c, 1_000, 7, "web", now.Add(-20*24*time.Hour), now.Add(-time.Hour)) // late
	insert(t, c, 2_000, 7, "web", now.Add(-time.Minute), now.Add(-99*24*time.Hour))

	numbers, _ := show(t)
	if numbers["active_usersmap[time_period:daily]"] != "0 0 true" {
		t.Errorf("before: %v", numbers)
	}
	for range 2 { // the second time changes nothing
		code, out, errs := clitest.Run(t, uniques.New(), "rebuild", "--from", "60d", "--to", "0m")
		if code != 0 || !strings.HasPrefix(out, "67 events, accepted from ") {
			t.Fatalf("exit code %d\n%s%s", code, out, errs)
		}
	}
	want := map[string]string{
		"active_usersmap[time_period:daily]": "30 1 true", "active_usersmap[time_period:weekly]": "50 1 true", "active_usersmap[time_period:monthly]": "57 1 true",
		"active_users_by_platformmap[platform:ios time_period:weekly]": "30 1 true", "active_users_by_platformmap[platform:web time_period:weekly]": "30 1 true",
	}
	numbers, passedOver := show(t)
	for name, w := range want {
		if numbers[name] != w {
			t.Errorf("%s: %q, want %q; all: %v", name, numbers[name], w, numbers)
		}
	}
	if len(numbers) != len(want) || passedOver != 0 {
		t.Errorf("%v, %d passed over", numbers, passedOver)
	}
	code, out, _ := clitest.Run(t, uniques.New(), "show")
	if code != 0 || !strings.Contains(out, "time_period=monthly") || !strings.Contains(out, "57") || !strings.Contains(out, "± 1") || strings.Contains(out, "note:") {
		t.Errorf("exit code %d\n%s", code, out)
	}

	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "another key of 16 bytes")
	numbers, passedOver = show(t)
	if numbers["active_usersmap[time_period:monthly]"] != "0 0 true" || passedOver == 0 {
		t.Errorf("with another key: %v, %d passed over", numbers, passedOver)
	}
	if _, out, _ := clitest.Run(t, uniques.New(), "show"); !strings.Contains(out, "note:") {
		t.Errorf("with another key:\n%s", out)
	}
}

// TestErrorOfManyUsers: a number beyond 4,000 is shown with an error of 1 %, within which it is.
func TestErrorOfManyUsers(t *testing.T) {
	const users = 6_000
	c := deployment(t, strings.Replace(events, "{instrument: unique}", "{instrument: unique, windows: {daily: 24h}}", 1))
	now := time.Now().UTC()
	insert(t, c, 0, users, "", now, now)
	if code, out, errs := clitest.Run(t, uniques.New(), "rebuild", "--from", "1d", "--to", "0m"); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	code, out, _ := clitest.Run(t, uniques.New(), "show", "-o", "json")
	var s shown
	if err := json.Unmarshal([]byte(out), &s); code != 0 || err != nil {
		t.Fatal(code, err, out)
	}
	n := s.Numbers[0]
	if n.Exact || n.Error < 50 || n.Error > 70 || n.Value < users-n.Error || n.Value > users+n.Error {
		t.Errorf("%+v; there are %d", n, users)
	}
}

// TestMistakes: what is missing is named.
func TestMistakes(t *testing.T) {
	deployment(t, events)
	empty := clitest.File(t, "empty.yaml", "version: 1\nmetrics: {seen: {instrument: counter}}\nevents: {e: {record: [{metric: seen}]}}\n")
	for _, c := range []struct {
		name     string
		variable string // that is empty
		args     []string
		want     string
	}{
		{"no map", "OTELANALYTICS_EVENT_MAP", []string{"show"}, "give --map FILE"},
		{"no key", "OTELANALYTICS_UNIQUES_KEY", []string{"show"}, "set OTELANALYTICS_UNIQUES_KEY"},
		{"no MongoDB", "OTELANALYTICS_MONGODB_URI", []string{"show"}, "set OTELANALYTICS_MONGODB_URI"},
		{"nothing to count", "", []string{"show", "--map", empty}, "no metric with instrument: unique"},
		{"no range", "", []string{"rebuild", "--from", "1d"}, "--from and --to are both needed"},
		{"a range the wrong way round", "", []string{"rebuild", "--from", "1d", "--to", "2d"}, "--from must be earlier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.variable != "" {
				t.Setenv(c.variable, "")
			}
			if code, out, errs := clitest.Run(t, uniques.New(), c.args...); code != 2 || !strings.Contains(errs, c.want) || strings.Contains(errs, "0123456789abcdef") {
				t.Errorf("exit code %d, want %q\n%s%s", code, c.want, out, errs)
			}
		})
	}
}

// TestDamage: a sketch that is damaged is passed over, which is said.
func TestDamage(t *testing.T) {
	c := deployment(t, events)
	now := time.Now().UTC()
	insert(t, c, 0, 3, "web", now, now)
	if code, out, errs := clitest.Run(t, uniques.New(), "rebuild", "--from", "1d", "--to", "0m"); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	records := c.Database().Collection(mongostore.DefaultCollection + mongostore.UniquesSuffix)
	changed, err := records.UpdateMany(t.Context(), bson.D{}, bson.D{{Key: "$set", Value: bson.D{{Key: "data", Value: bson.Binary{Data: []byte("damaged")}}}}})
	if err != nil || changed.ModifiedCount == 0 {
		t.Fatal(changed, err)
	}
	if numbers, passedOver := show(t); numbers["active_usersmap[time_period:daily]"] != "0 0 true" || passedOver != changed.ModifiedCount {
		t.Errorf("%v, %d passed over", numbers, passedOver)
	}
}

// TestKeyOfACollection: the commands take the key that the services have in a collection, and make none.
func TestKeyOfACollection(t *testing.T) {
	c := deployment(t, events)
	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "")
	t.Setenv("OTELANALYTICS_UNIQUES_KEY_COLLECTION", "sketch_key")
	insert(t, c, 0, 3, "web", time.Now(), time.Now())
	code, out, errs := clitest.Run(t, uniques.New(), "show")
	if code == 0 || !strings.Contains(errs, "there is no key of sketches in sketch_key; set uniques_key_collection") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if n, err := c.Database().Collection("sketch_key").CountDocuments(t.Context(), bson.D{}); err != nil || n != 0 {
		t.Errorf("the command has made %d keys, %v", n, err)
	}
	doc := bson.D{{Key: "_id", Value: "uniques"}, {Key: "key", Value: bson.Binary{Data: []byte("0123456789abcdef")}}}
	if _, err := c.Database().Collection("sketch_key").InsertOne(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := clitest.Run(t, uniques.New(), "rebuild", "--from", "1d", "--to", "0m"); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	t.Setenv("OTELANALYTICS_UNIQUES_KEY_COLLECTION", "")
	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "0123456789abcdef")
	if numbers, _ := show(t); numbers["active_usersmap[time_period:daily]"] != "3 1 true" {
		t.Errorf("with the same key from the configuration: %v", numbers)
	}
}
