// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestConfigReportsEveryMistake(t *testing.T) {
	_, err := mongostore.Open(t.Context(), mongostore.Config{
		JournalBytes: 1, JournalFull: 9, SyncInterval: -1, BatchSize: 1e6, WriteTimeout: -1, TTL: time.Millisecond,
	})
	want := `mongostore: Config.URI is empty; give MongoDB's connection string, such as mongodb://127.0.0.1:27017, or set OTELANALYTICS_MONGODB_URI or mongodb.uri where a configuration is loaded
mongostore: Config.WriteTimeout is -1ns; it must be at least 1ms
mongostore: Config.TTL is 1ms; it must be whole seconds, from 1s to 596523h14m7s, or TTLNever, or zero (leave the index as it is)
eventstore: Config.JournalBytes is 1; it must be at least 4194304 (4 MiB)
eventstore: Config.JournalFull is 9; known are Reject (0) and Block (1)
eventstore: Config.SyncInterval is -1ns; it must be at least 1ms
eventstore: Config.BatchSize is 1000000; it must be between 1 and 100000`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestErrorOfTheConnectionStringHoldsNoSecrets(t *testing.T) {
	for _, uri := range []string{"mongodb://user:s3cret@host:port/", "mongodb://user:s3cret", "s3cret", "mongodb://user:s3%cret@host/?w=s3cret"} {
		_, err := mongostore.Open(t.Context(), mongostore.Config{URI: uri, Dir: t.TempDir()})
		if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "s3%cret") {
			t.Errorf("%q: got %v, want an error without the password", uri, err)
		}
	}
}

func TestUnacknowledgedWritesAreRefused(t *testing.T) {
	for _, c := range []mongostore.Config{
		{URI: "mongodb://127.0.0.1:1/?w=0"},
		{URI: "mongodb://127.0.0.1:1/", Client: options.Client().SetWriteConcern(writeconcern.Unacknowledged())},
	} {
		c.Dir = t.TempDir()
		if _, err := mongostore.Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "w=majority") {
			t.Errorf("got %v, want a refusal that says what would be right", err)
		}
	}
}

func TestIndexes(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	add(t, s, event(t))
	flush(t, s)
	specs, err := db.Collection(mongostore.DefaultCollection).Indexes().ListSpecifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, i := range specs {
		var keys bson.D
		if err := bson.Unmarshal(i.KeysDocument, &keys); err != nil {
			t.Fatal(err)
		}
		got[i.Name] = fmt.Sprint(keys)
	}
	want := map[string]string{
		"_id_":                             `{"_id":{"$numberInt":"1"}}`,
		"user_id_1_timestamp_-1__id_-1":    `{"user_id":{"$numberInt":"1"},"timestamp":{"$numberInt":"-1"},"_id":{"$numberInt":"-1"}}`,
		"event_type_1_timestamp_-1__id_-1": `{"event_type":{"$numberInt":"1"},"timestamp":{"$numberInt":"-1"},"_id":{"$numberInt":"-1"}}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
