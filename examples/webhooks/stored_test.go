// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// stored returns everything in the collection.
func (s *service) stored() []bson.D {
	s.t.Helper()
	cursor, err := s.db.Collection("user_events").Find(s.t.Context(), bson.D{})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []bson.D
	if err := cursor.All(s.t.Context(), &all); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// quarantined returns the documents of the quarantine file, each once, as a
// file that is written before a kill can have one twice.
func (s *service) quarantined() []bson.D {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dataDir, "quarantine.jsonl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	var all []bson.D
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var entry struct {
			ID       string
			Document json.RawMessage
		}
		var d bson.D
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			s.t.Fatal(err)
		}
		if err := bson.UnmarshalExtJSON(entry.Document, true, &d); err != nil {
			s.t.Fatal(err)
		}
		if !seen[entry.ID] {
			all = append(all, d)
		}
		seen[entry.ID] = true
	}
	return all
}

// checkDocuments compares documents with the truth: each document once, every
// field and every type.
func checkDocuments(t *testing.T, where string, all []bson.D, want map[string]document, since time.Time) {
	t.Helper()
	if len(all) != len(want) {
		t.Errorf("%s: there are %d documents, want %d", where, len(all), len(want))
	}
	got := make(map[string]document, len(all))
	for _, d := range all {
		fields := asMap(t, d)
		checkEnvelope(t, fields, since)
		key, _ := fields["key"].(string)
		if _, twice := got[key]; twice {
			t.Errorf("%s: the delivery %q is there twice", where, key)
		}
		id, _ := fields["_id"].(bson.Binary)
		user, _ := fields["user_id"].(string)
		eventType, _ := fields["event_type"].(string)
		got[key] = document{ID: id, Key: key, UserID: user, EventType: eventType, Data: fields["event_data"]}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: documents (-want +got):\n%.4000s", where, diff)
	}
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{16}$`)

// checkEnvelope checks the fields that the deliveries do not determine, and
// that there are no others.
func checkEnvelope(t *testing.T, fields map[string]any, since time.Time) {
	t.Helper()
	names := map[string]bool{}
	for name := range fields {
		names[name] = true
	}
	want := map[string]bool{
		"_id": true, "key": true, "user_id": true, "event_type": true, "event_data": true,
		"timestamp": true, "received_at": true, "service": true, "map_version": true, "v": true,
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("fields of %v (-want +got):\n%s", fields["_id"], diff)
		return
	}
	if id := fields["_id"].(bson.Binary); id.Subtype != 4 || len(id.Data) != 16 || id.Data[6]>>4 != 5 || id.Data[8]>>6 != 2 {
		t.Errorf("_id %v is not a UUID of version 5", id)
	}
	for _, name := range []string{"timestamp", "received_at"} {
		at, isDate := fields[name].(bson.DateTime)
		if !isDate || at.Time().Before(since.Truncate(time.Millisecond)) || at.Time().After(time.Now()) {
			t.Errorf("%s is %T %v, want a date since %v", name, fields[name], fields[name], since)
		}
	}
	if version, _ := fields["map_version"].(string); !hexadecimal.MatchString(version) {
		t.Errorf("map_version is %v, want 16 hexadecimal digits", fields["map_version"])
	}
	if service, _ := fields["service"].(map[string]any); service["name"] != "webhooks-test" || service["version"] != "1.2.3" {
		t.Errorf("service is %v, want the name and version of OTel's resource", fields["service"])
	}
}

// checkIndexes checks the collection's indexes, by name and by key.
func checkIndexes(t *testing.T, db *mongo.Database) {
	t.Helper()
	cursor, err := db.Collection("user_events").Indexes().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name string
		Key  bson.D
	}
	if err := cursor.All(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	got := map[string]bson.D{}
	for _, index := range all {
		for i, part := range index.Key { // 1 may come as a double
			switch direction := part.Value.(type) {
			case float64:
				index.Key[i].Value = int32(direction)
			case int64:
				index.Key[i].Value = int32(direction)
			}
		}
		got[index.Name] = index.Key
	}
	want := map[string]bson.D{
		"_id_": {{Key: "_id", Value: int32(1)}},
		"user_id_1_timestamp_-1__id_-1": {
			{Key: "user_id", Value: int32(1)}, {Key: "timestamp", Value: int32(-1)}, {Key: "_id", Value: int32(-1)},
		},
		"event_type_1_timestamp_-1__id_-1": {
			{Key: "event_type", Value: int32(1)}, {Key: "timestamp", Value: int32(-1)}, {Key: "_id", Value: int32(-1)},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("indexes (-want +got):\n%s", diff)
	}
}

// asMap returns a document with its objects as maps and its arrays as slices.
// A key that occurs twice in an object fails the test.
func asMap(t *testing.T, d bson.D) map[string]any {
	t.Helper()
	object := make(map[string]any, len(d))
	for _, e := range d {
		if _, twice := object[e.Key]; twice {
			t.Errorf("key %q occurs twice", e.Key)
		}
		object[e.Key] = plain(t, e.Value)
	}
	return object
}

func plain(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case bson.D:
		return asMap(t, v)
	case bson.A:
		array := make([]any, len(v))
		for i, element := range v {
			array[i] = plain(t, element)
		}
		return array
	default:
		return v
	}
}
