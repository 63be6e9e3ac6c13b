// SPDX-License-Identifier: Apache-2.0

package mongotest_test

import (
	"context"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

func TestDatabasesAreFreshAndApart(t *testing.T) {
	server := mongotest.Start(t)
	a, b := server.Database(t), server.Database(t)
	if a.Name() == b.Name() {
		t.Fatalf("two databases have the same name, %s", a.Name())
	}
	if _, err := a.Collection("c").InsertOne(t.Context(), bson.D{{Key: "x", Value: 1}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		got  int64
		want int64
	}{
		{"written", count(t, a.Collection("c").CountDocuments), 1},
		{"other", count(t, b.Collection("c").CountDocuments), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s database holds %d documents, want %d", c.name, c.got, c.want)
		}
	}
}

func TestServerKeepsItsPortAndFiles(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestServerKeepsItsPortAndFiles: the server in OTELANALYTICS_TEST_MONGODB_URI cannot be stopped from here")
	}
	uri, db := server.URI(), server.Database(t)
	if _, err := db.Collection("c").InsertOne(t.Context(), bson.D{{Key: "x", Value: 1}}); err != nil {
		t.Fatal(err)
	}
	for _, outage := range []struct {
		name string
		stop func()
	}{{"Stop", server.Stop}, {"Kill", server.Kill}} {
		outage.stop()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if _, err := db.Collection("c").CountDocuments(ctx, bson.D{}); err == nil {
			t.Errorf("after %s the server still answers", outage.name)
		}
		cancel()
		server.Start()
		if server.URI() != uri {
			t.Fatalf("after %s and Start the URI is %s, was %s", outage.name, server.URI(), uri)
		}
		if n := count(t, db.Collection("c").CountDocuments); n != 1 {
			t.Errorf("after %s and Start there are %d documents, want 1", outage.name, n)
		}
	}
}

type counter[O any] func(context.Context, any, ...O) (int64, error)

func count[O any](t *testing.T, documents counter[O]) int64 {
	t.Helper()
	n, err := documents(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
