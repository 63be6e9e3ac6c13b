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

// TestUserDocuments reads the documents of one user page by page, the newest first.
func TestUserDocuments(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	put(t, db, fact{user: "ada", kind: "a", at: 1}, fact{user: "bob", kind: "b", at: 2}, fact{user: "ada", kind: "c", at: 3}, fact{user: "ada", kind: "d", at: 4})
	r, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	types, cursor := "", ""
	for range 3 {
		docs, next, err := r.UserDocuments(t.Context(), "ada", cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			types += d.Lookup("event_type").StringValue()
			if d.Lookup("user_id").StringValue() != "ada" {
				t.Errorf("a document of somebody else: %v", d)
			}
		}
		types += "."
		if cursor = next; cursor == "" {
			break
		}
	}
	if types != "dc.a." {
		t.Errorf("read %s, want dc.a.", types)
	}
	if _, _, err := r.UserDocuments(t.Context(), "", "", 2); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("nobody's: %v, want ErrQuery", err)
	}
}

// TestUserDocumentsAreBounded reads large documents on small pages, and each of them once.
func TestUserDocumentsAreBounded(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	collection := db.Collection(mongostore.DefaultCollection)
	large := strings.Repeat("x", 1_500_000)
	for i := range 5 {
		doc := bson.D{{Key: "_id", Value: i}, {Key: "event_type", Value: "a"}, {Key: "user_id", Value: "ada"}, {Key: "timestamp", Value: time.UnixMilli(int64(i))}, {Key: "event_data", Value: bson.D{{Key: "text", Value: large}}}}
		if _, err := collection.InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	r, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var pages []int
	cursor := ""
	for range 5 {
		docs, next, err := r.UserDocuments(t.Context(), "ada", cursor, 50)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, len(docs))
		if cursor = next; cursor == "" {
			break
		}
	}
	if !slices.Equal(pages, []int{2, 2, 1}) {
		t.Errorf("pages of %v documents, want 2, 2 and 1", pages)
	}
}
