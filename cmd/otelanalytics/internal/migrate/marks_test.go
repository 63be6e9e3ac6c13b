// SPDX-License-Identifier: Apache-2.0

package migrate_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/migrate"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestConvertedUsersAreCounted: services that count distinct users are told of converted documents that a window can have.
func TestConvertedUsersAreCounted(t *testing.T) {
	collection := clitest.MongoDB(t)
	now := time.Now().UTC().Truncate(time.Millisecond)
	var docs []any
	for _, ago := range []time.Duration{3 * 365 * 24 * time.Hour, 72 * time.Hour, 71 * time.Hour} {
		docs = append(docs, bson.D{
			{Key: "user_id", Value: "u"}, {Key: "timestamp", Value: now.Add(-ago).Format("2006-01-02T15:04:05.000")}, {Key: "created_at", Value: now.Add(-ago + time.Minute)},
		})
	}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	uniques := collection.Database().Collection(mongostore.DefaultCollection + mongostore.UniquesSuffix)
	if _, err := uniques.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "lease|somebody|1"}, {Key: "start", Value: now}}); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := clitest.Run(t, migrate.New()); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	var mark struct{ Start time.Time }
	if err := uniques.FindOne(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: "lease|mark-"}, {Key: "$lt", Value: "lease|mark."}}}}).Decode(&mark); err != nil {
		t.Fatal(err)
	}
	if want := now.Add(-72*time.Hour + time.Minute); !mark.Start.Equal(want) {
		t.Errorf("the mark is from %v, want %v", mark.Start, want)
	}
}
