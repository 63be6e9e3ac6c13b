// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestPrepareOfRecords(t *testing.T) {
	server := mongotest.Start(t)
	for _, c := range []struct {
		name   string
		config mongostore.Config
		want   map[string][]string // by the collection's suffix
	}{
		{"all", mongostore.Config{}, map[string][]string{"": {"_id", "received_at"}, mongostore.UniquesSuffix: {"_id", "expires", "start"}, mongostore.UniquesDataSuffix: {"_id", "expires"}}},
		{"without indexes", mongostore.Config{WithoutIndexes: true}, map[string][]string{}},
		{"with a TTL, which makes its own", mongostore.Config{TTL: time.Hour}, map[string][]string{mongostore.UniquesSuffix: {"_id", "expires", "start"}, mongostore.UniquesDataSuffix: {"_id", "expires"}}},
		{"with events that never expire", mongostore.Config{TTL: mongostore.TTLNever}, map[string][]string{"": {"_id", "received_at"}}},
	} {
		db := server.Database(t)
		c.config.URI, c.config.Database, c.config.Dir = server.URI(), db.Name(), t.TempDir()
		reader, err := mongostore.NewReader(c.config)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := reader.Records().Prepare(t.Context()); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		for suffix, want := range c.want {
			cursor, err := db.Collection(mongostore.DefaultCollection + suffix).Indexes().List(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for cursor.Next(t.Context()) {
				keys, _ := cursor.Current.Lookup("key").DocumentOK()
				elements, _ := bson.Raw(keys).Elements()
				got = append(got, elements[0].Key())
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s: the indexes of %q are on %q, want %q", c.name, suffix, got, want)
			}
		}
		if names, err := db.ListCollectionNames(t.Context(), bson.D{}); err != nil || c.config.WithoutIndexes && len(names) > 0 {
			t.Errorf("%s: %q, %v", c.name, names, err)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
}
