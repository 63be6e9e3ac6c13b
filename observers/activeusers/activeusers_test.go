// SPDX-License-Identifier: Apache-2.0

package activeusers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers/activeusers"
)

// read reads the source once.
func read(t *testing.T, s activeusers.Reader) (map[string]float64, error) {
	t.Helper()
	got := map[string]float64{}
	source := activeusers.Source(s)
	err := source.Read(t.Context(), func(metric string, value float64, attributes ...string) {
		if metric != source.Metrics[0] || len(attributes) != 2 || attributes[0] != "time_period" {
			t.Errorf("%s %v", metric, attributes)
		}
		got[attributes[1]] = value
	})
	return got, err
}

func TestActiveUsers(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, e := range []struct {
		user string
		ago  time.Duration
	}{
		{"a", time.Minute},
		{"a", 2 * time.Minute},
		{"a", 20 * 24 * time.Hour},
		{"b", 23 * time.Hour},
		{"", time.Minute},
		{"c", 25 * time.Hour},
		{"d", 6 * 24 * time.Hour},
		{"e", 8 * 24 * time.Hour},
		{"f", 29 * 24 * time.Hour},
		{"g", 31 * 24 * time.Hour},
		{"h", -4 * time.Minute},
		{"i", -6 * time.Minute},
		{"j", -5 * 365 * 24 * time.Hour},
	} {
		id := uuid.New()
		doc, err := bson.Marshal(bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
			{Key: "user_id", Value: e.user},
			{Key: "event_type", Value: "x"},
			{Key: "timestamp", Value: now.Add(-e.ago)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Append(t.Context(), eventstore.Event{ID: id, Type: "x", Document: doc}, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, store.Reader())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]float64{"daily": 3, "weekly": 5, "monthly": 7}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := store.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, store.Reader()); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("after Shutdown: %v", err)
	}
}
