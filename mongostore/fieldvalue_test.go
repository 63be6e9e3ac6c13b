// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestQueryData finds events by what fields of their data are, by the names that callers of Track gave them.
func TestQueryData(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	var docs []any
	for i, data := range []bson.D{
		{{Key: "%24current_url", Value: "/a"}, {Key: "n", Value: int32(5)}},
		{{Key: "%24current_url", Value: "/b"}, {Key: "n", Value: 5.0}, {Key: "tags", Value: bson.A{"x", "y"}}},
		{{Key: "order", Value: bson.D{{Key: "total", Value: int64(7)}}}},
		{{Key: "order%2Etotal", Value: int64(7)}},
		{{Key: "order", Value: bson.D{{Key: "a%2Etotal", Value: true}}}},
		{{Key: "at", Value: noon}, {Key: "n", Value: nil}},
	} {
		docs = append(docs, bson.D{
			{Key: "_id", Value: string(rune('0' + i))},
			{Key: "user_id", Value: "ada"},
			{Key: "event_type", Value: "e"},
			{Key: "timestamp", Value: noon.Add(time.Duration(i) * time.Second)},
			{Key: "event_data", Value: data},
		})
	}
	if _, err := db.Collection(mongostore.DefaultCollection).InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	r, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	type values = []mongostore.FieldValue
	for _, c := range []struct {
		name string
		data values
		want string // ids, the newest first
	}{
		{"a dollar sign", values{{"$current_url", "/a"}}, "0"},
		{"a number", values{{"n", 5}}, "10"},
		{"both", values{{"n", 5}, {"$current_url", "/b"}}, "1"},
		{"an entry", values{{"tags", "y"}}, "1"},
		{"each field of a path", values{{"order.total", 7}}, "32"},
		{"an object with a name with dots", values{{"order.a.total", true}}, "4"},
		{"a time", values{{"at", noon}}, "5"},
		{"nothing", values{{"n", nil}, {"order.total", nil}}, "54"},
		{"no operator", values{{"n", bson.D{{Key: "$gt", Value: 1}}}}, ""},
		{"nobody", values{{"$current_url", "/c"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got strings.Builder
			for q := (mongostore.Query{UserID: "ada", Data: c.data, Limit: 1}); ; { // each event is a page
				page, err := r.Query(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page.Events {
					got.WriteString(e.ID)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			if got.String() != c.want {
				t.Errorf("found %q, want %q", got.String(), c.want)
			}
		})
	}
	for _, path := range []string{"", ".a", "a..b", "a\x00", strings.Join(slices.Repeat([]string{"a"}, 7), ".")} {
		if _, err := r.Query(t.Context(), mongostore.Query{Data: values{{path, 1}}}); !errors.Is(err, mongostore.ErrQuery) {
			t.Errorf("the path %q: %v", path, err)
		}
	}
	if _, err := r.Query(t.Context(), mongostore.Query{Data: values{{"a", make(chan int)}}}); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("a channel: %v", err)
	}
}
