// SPDX-License-Identifier: Apache-2.0

package summary_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/summary"
)

// TestEarlierNames counts a type that had another name before.
func TestEarlierNames(t *testing.T) {
	collection := clitest.MongoDB(t)
	for i, name := range []string{"paid", "paid", "order_paid", "sent"} {
		doc := bson.D{{Key: "event_type", Value: name}, {Key: "user_id", Value: "ada"}, {Key: "timestamp", Value: time.Unix(int64(i), 0)}}
		if _, err := collection.InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	file := clitest.File(t, "events.yaml", "version: 1\nevents:\n  order_paid: {renamed_from: [paid]}\n")
	const all = `4 events, 1 user, from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:03.000Z

type                   events  users
paid (now order_paid)  2       1
order_paid             1       1
sent                   1       1
`
	const both = `3 events, 1 user, from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:02.000Z

type                   events  users
paid (now order_paid)  2       1
order_paid             1       1
`
	for _, test := range []struct {
		name, out, says string
		args            []string
	}{
		{"all", all, "", []string{"--map", file}},
		{"both names", both, "order_paid was called paid before; events of each name are found\n", []string{"--map", file, "--type", "order_paid"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if code, out, errs := clitest.Run(t, summary.New(), test.args...); code != 0 || out != test.out || errs != test.says {
				t.Errorf("exit code %d, %q\n%s", code, errs, out)
			}
		})
	}
}
