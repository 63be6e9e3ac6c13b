// SPDX-License-Identifier: Apache-2.0

package summary_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/summary"
)

func TestSummary(t *testing.T) {
	collection := clitest.MongoDB(t)
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	var docs []any
	for i := range 20 {
		docs = append(docs, bson.D{
			{Key: "user_id", Value: []string{"ada", "bob", "", "eve"}[i%4]},
			{Key: "event_type", Value: []string{"a", "b\x1b[31m", "a"}[i%3]},
			{Key: "timestamp", Value: noon.Add(time.Duration(i) * time.Second)},
		})
	}
	docs = append(docs, bson.D{{Key: "user_id", Value: "ada"}, {Key: "timestamp", Value: noon}},
		bson.D{{Key: "user_id", Value: "old"}, {Key: "timestamp", Value: "2026-07-01T12:00:00"}})
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		args   []string
		golden string
	}{
		{"all", nil, "testdata/all.golden"},
		{"all, as JSON", []string{"-o", "json"}, "testdata/all.json.golden"},
		{"a user's of a time", []string{"--user", "ada", "--from", "2026-07-01T12:00:01Z", "--to", "2026-07-01T12:00:09Z"}, "testdata/ada.golden"},
		{"nothing", []string{"--from", "1h"}, "testdata/nothing.golden"},
		{"nothing, as JSON", []string{"--from", "1h", "-o", "json"}, "testdata/nothing.json.golden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, summary.New(), test.args...)
			if code != 0 || errs != "" {
				t.Errorf("exit code %d\n%s", code, errs)
			}
			clitest.Golden(t, test.golden, out)
		})
	}
}

func TestMistakes(t *testing.T) {
	t.Setenv("OTELANALYTICS_MONGODB_URI", "")
	for _, test := range []struct{ args, says string }{
		{"", "no MongoDB is named"},
		{"--from 1h --to 2h", "--from must be earlier"},
		{"x", "too many arguments"},
	} {
		code, out, errs := clitest.Run(t, summary.New(), strings.Fields(test.args)...)
		if code != 2 || out != "" || !strings.Contains(errs, test.says) {
			t.Errorf("%s: exit code %d, %q\n%s\nwant 2 and %q", test.args, code, out, errs, test.says)
		}
	}
}
