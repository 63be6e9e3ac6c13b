// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"errors"
	"testing"

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
