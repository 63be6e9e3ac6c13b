// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const hashing = "version: 1\nevents: {signed_up: {data: {secret: {redact: hash}}}}\n"

func hashingMap(t testing.TB) *eventmap.Map {
	t.Helper()
	return servicetest.Map(t, hashing)
}

// The helper hashes each Go type as the map does.
func TestRedactHashIsThatOfTheMap(t *testing.T) {
	key := []byte("0123456789abcdef")
	rec := analyticstest.New(t, hashingMap(t), otelanalytics.WithRedactKey(key))
	for _, value := range []any{
		"", "ada@example.com", "J\xf6rg", strings.Repeat("x", 5_000), 5, int8(5), int64(5), uint32(5), 5.0, float32(0.5), int64(math.MaxInt64),
		math.Inf(1), 1e300, true, false, time.UnixMilli(1_800_000_000_123),
		[]byte{1, 2},
		uuid.UUID{1},
		bson.NewObjectID(),
		[]string{"a", "b"},
		map[string]any{"a": 1},
		struct{ A, B int }{1, 2},
		bson.D{{Key: "a", Value: nil}},
	} {
		t.Run(fmt.Sprintf("%T", value), func(t *testing.T) {
			rec.Reset()
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "signed_up", Data: map[string]any{"secret": value}}); err != nil {
				t.Fatal(err)
			}
			stored := rec.Events("signed_up")[0].Document.Lookup("event_data", "secret").StringValue()
			got, err := otelanalytics.RedactHash(key, value)
			if got != stored || err != nil {
				t.Errorf("got %s, %v, and the document has %s", got, err, stored)
			}
		})
	}
}

func TestRedactHashThatIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, key string
		value     any
		want      string
	}{
		{"a short key", "short", "x", "the key has 5 bytes; it must have at least 16"},
		{"nil", "0123456789abcdef", nil, "nil is not hashed"},
		{"a nil pointer", "0123456789abcdef", (*string)(nil), "nil is not hashed"},
		{"a channel", "0123456789abcdef", make(chan int), "cannot be BSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := otelanalytics.RedactHash([]byte(test.key), test.value); got != "" || err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), test.key) {
				t.Errorf("%q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// The key changes while services run: the documents of a value are found in those of both keys, by one query.
func TestFindUnderBothKeys(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	keys := [][]byte{[]byte("the key before this one"), []byte("the key from now on")}
	for _, key := range keys {
		store, err := mongostore.Open(t.Context(), mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		client, err := otelanalytics.New(hashingMap(t), otelanalytics.WithStore(store), otelanalytics.WithRedactKey(key))
		if err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"ada@example.com", "bob@example.com"} {
			if err := client.Track(t.Context(), otelanalytics.Event{Type: "signed_up", Data: map[string]any{"secret": email}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := client.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var hashes bson.A
	for _, key := range keys {
		hash, err := otelanalytics.RedactHash(key, "ada@example.com")
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, hash)
	}
	collection := db.Collection(mongostore.DefaultCollection)
	defer func() {
		// What the manual does to documents under a key that has leaked.
		before := bson.D{{Key: "received_at", Value: bson.D{{Key: "$lt", Value: time.Now().Add(time.Hour)}}}}
		_, err := collection.UpdateMany(t.Context(), before, bson.D{{Key: "$unset", Value: bson.D{{Key: "event_data.secret", Value: ""}}}})
		if err != nil {
			t.Error(err)
		}
		left, err := collection.CountDocuments(t.Context(), bson.D{{Key: "event_data.secret", Value: bson.D{{Key: "$exists", Value: true}}}})
		if left != 0 || err != nil {
			t.Errorf("%d documents still have the field, %v", left, err)
		}
	}()
	for n, in := range map[int64]bson.A{1: hashes[:1], 2: hashes} {
		got, err := collection.CountDocuments(t.Context(), bson.D{{Key: "event_data.secret", Value: bson.D{{Key: "$in", Value: in}}}})
		if got != n || err != nil {
			t.Errorf("%d documents under %d keys, %v", got, n, err)
		}
	}
}
