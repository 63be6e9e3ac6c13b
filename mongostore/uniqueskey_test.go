// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// TestUniquesKey: a key is made once, whoever asks for it, and stands where it was asked for.
func TestUniquesKey(t *testing.T) {
	server := mongotest.Start(t)
	events, keys := server.Database(t), server.Database(t)
	for _, c := range []struct{ name, database, collection string }{
		{"sketch_key", events.Name(), "sketch_key"},
		{keys.Name() + ".sketch.key", keys.Name(), "sketch.key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			open := func() *mongostore.Reader {
				reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: events.Name(), Dir: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = reader.Close() })
				return reader
			}
			if key, err := open().FindUniquesKey(t.Context(), c.name); !errors.Is(err, mongostore.ErrNoUniquesKey) || key != nil {
				t.Fatalf("before there is one: %d bytes, %v", len(key), err)
			}
			found := make([][]byte, 8)
			var group sync.WaitGroup
			for i := range found {
				reader := open()
				group.Go(func() {
					var err error
					if found[i], err = reader.UniquesKey(t.Context(), c.name); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			later, err := open().FindUniquesKey(t.Context(), c.name)
			if err != nil || len(later) != 32 {
				t.Fatalf("%d bytes, %v", len(later), err)
			}
			for _, key := range found {
				if !bytes.Equal(key, later) {
					t.Error("two processes have made two keys")
				}
			}
			n, err := events.Client().Database(c.database).Collection(c.collection).CountDocuments(t.Context(), bson.D{})
			if err != nil || n != 1 {
				t.Errorf("%s.%s has %d documents, %v", c.database, c.collection, n, err)
			}
		})
	}
}

// TestUniquesKeyThatIsNone: a document without a key is never replaced.
func TestUniquesKeyThatIsNone(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, c := range []struct {
		name string
		key  any
	}{
		{"short", bson.Binary{Data: []byte("fifteen bytes..")}}, {"text", "a text of sixteen bytes or more"}, {"nothing", nil},
	} {
		doc := bson.D{{Key: "_id", Value: "uniques"}, {Key: "key", Value: c.key}}
		if _, err := db.Collection(c.name).InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		key, err := reader.UniquesKey(t.Context(), c.name)
		if err == nil || key != nil || !strings.Contains(err.Error(), `the document "uniques" of `+db.Name()+"."+c.name+" has no key of 16 bytes") {
			t.Errorf("%s: %d bytes, %v", c.name, len(key), err)
		}
		if err != nil && (strings.Contains(err.Error(), "fifteen") || strings.Contains(err.Error(), "sixteen")) {
			t.Errorf("the error has what stands there: %v", err)
		}
		if n, err := db.Collection(c.name).CountDocuments(t.Context(), bson.D{}); err != nil || n != 1 {
			t.Errorf("%s: %d documents, %v", c.name, n, err)
		}
	}
	for name, want := range map[string]string{
		"": "write its name", "db.": "write its name", ".c": "write its name",
		mongostore.DefaultCollection:                               "which holds other data",
		mongostore.DefaultCollection + mongostore.UniquesSuffix:    "which holds other data",
		db.Name() + "." + mongostore.DefaultCollection:             "which holds other data",
		mongostore.DefaultCollection + mongostore.SuppressedSuffix: "which holds other data",
	} {
		if _, err := reader.UniquesKey(t.Context(), name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
}

// TestUniquesKeyThatIsRefused: an account without the right is told so, and a server that is away is no refusal. Neither error has
// the password.
func TestUniquesKeyThatIsRefused(t *testing.T) {
	server := wireserver.Start(t)
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "find" || c.Name == "insert" {
			return wireserver.Answer(wireserver.Failure(13, "Unauthorized"))
		}
		return wireserver.Proceed
	})
	for _, c := range []struct {
		name, uri string
		refused   bool
	}{{"refused", server.URI(), true}, {"away", nowhere, false}} {
		reader, err := mongostore.NewReader(mongostore.Config{URI: c.uri, Dir: t.TempDir(), WriteTimeout: 5 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		if _, err := reader.UniquesKey(t.Context(), "k"); err == nil || errors.Is(err, recordstore.ErrRefused) != c.refused || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
