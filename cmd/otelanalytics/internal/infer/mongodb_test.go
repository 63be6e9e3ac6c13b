// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
)

// TestMongoDB: what is stored gives the map that its export gives, whole and as a sample.
func TestMongoDB(t *testing.T) {
	stored := clitest.MongoDB(t)
	day := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	var documents []any
	var export strings.Builder
	for i := range 100 {
		id, user, currency := fmt.Sprintf("event-%03d", i), fmt.Sprint("user ", i), []string{"EUR", "USD"}[i%2]
		documents = append(documents, bson.D{
			{Key: "_id", Value: id},
			{Key: "user_id", Value: user},
			{Key: "event_type", Value: "order_paid"},
			{Key: "event_data", Value: bson.D{{Key: "currency", Value: currency}, {Key: "total", Value: int64(i)}, {Key: "at", Value: day}}},
			{Key: "timestamp", Value: day.Add(time.Duration(i) * time.Hour)},
		})
		fmt.Fprintf(&export, `{"_id":%q,"user_id":%q,"event_type":"order_paid","event_data":{"currency":%q,"total":{"$numberLong":"%d"},"at":{"$date":"2026-11-27T00:00:00Z"}}}`+"\n", id, user, currency, i)
	}
	documents = append(documents, bson.D{{Key: "_id", Value: "of another tool"}, {Key: "x", Value: 1}})
	if _, err := stored.InsertMany(t.Context(), documents); err != nil {
		t.Fatal(err)
	}
	events := func(text string) string { return text[strings.Index(text, "\nversion: 1"):] }
	path := file(t, export.String())
	for _, flags := range [][]string{nil, {"--sample", "3"}} {
		code, got, errs := clitest.Run(t, infer.New(), flags...)
		want := inferred(t, append(flags, path)...)
		if code != 0 || events(got) != events(want) {
			t.Errorf("%v: exit code %d, %s\n%s\nwant\n%s", flags, code, errs, got, want)
		}
		if len(flags) == 0 && (!strings.Contains(got, "values: [EUR, USD]") || errs != "1 document left out: no event\n") {
			t.Errorf("%s\n%s", errs, got)
		}
		if len(flags) > 0 && (strings.Contains(got, "# 100 events") || !strings.Contains(got, "# One event in 3 was read")) {
			t.Errorf("the sample is all, or is not said to be one:\n%s", got)
		}
	}
	for flags, want := range map[string]string{
		"--from 2026-11-30":                 "# 28 events (100 %), 28 users", // 72 hours later
		"--to 2026-11-28":                   "# 24 events (100 %), 24 users",
		"--from 2026-11-28 --to 2026-11-29": "# 24 events (100 %), 24 users",
		"--type order_paid --to 2026-11-28": "# 24 events (100 %), 24 users",
	} {
		if got := inferred(t, strings.Fields(flags)...); !strings.Contains(got, want) {
			t.Errorf("%s: want %s in\n%s", flags, want, got)
		}
	}
	if code, _, errs := clitest.Run(t, infer.New(), "--type", "missing"); code != 1 || !strings.Contains(errs, "there is no event to make a map of") {
		t.Errorf("a type that is not there: exit code %d, %s", code, errs)
	}
}
