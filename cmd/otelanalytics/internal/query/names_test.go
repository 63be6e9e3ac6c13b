// SPDX-License-Identifier: Apache-2.0

package query_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/query"
)

// TestEarlierNames asks for a type that had another name before.
func TestEarlierNames(t *testing.T) {
	collection := clitest.MongoDB(t)
	for i, name := range []string{"paid", "order_paid", "sent"} {
		doc := bson.D{{Key: "event_type", Value: name}, {Key: "user_id", Value: "ada"}, {Key: "timestamp", Value: noon}, {Key: "n", Value: i}}
		if _, err := collection.InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	file := clitest.File(t, "events.yaml", "version: 1\nevents:\n  order_paid: {renamed_from: [paid]}\n")
	const both, notNow = "order_paid was called paid before; events of each name are found\n", "paid is called order_paid now; --type order_paid finds the events of both names\n"
	for _, test := range []struct {
		name, env string
		args      []string
		types     string // that are found
		says      string
	}{
		{"by the flag", "", []string{"--map", file, "--type", "order_paid"}, "order_paid paid", both},
		{"by the configuration", file, []string{"--type", "order_paid"}, "order_paid paid", both},
		{"all pages", file, []string{"--type", "order_paid", "--all"}, "order_paid paid", both},
		{"the earlier name", file, []string{"--type", "paid"}, "paid", notNow},
		{"another type", file, []string{"--type", "sent"}, "sent", ""},
		{"without a map", "", []string{"--type", "order_paid"}, "order_paid", ""},
		{"a map of another machine", file + "x", []string{"--type", "order_paid"}, "order_paid", "the earlier names of the type are not known, so only events with the given name are found: eventmap: open "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("OTELANALYTICS_EVENT_MAP", test.env)
			code, out, errs := clitest.Run(t, query.New(), append(test.args, "-o", "json")...)
			if code != 0 || !strings.HasPrefix(errs, test.says) || test.says == "" && errs != "" {
				t.Errorf("exit code %d, %q", code, errs)
			}
			var found []string
			for _, name := range []string{"order_paid", "paid", "sent"} {
				if strings.Contains(out, `"`+name+`"`) {
					found = append(found, name)
				}
			}
			if got := strings.Join(found, " "); got != test.types {
				t.Errorf("found %q, want %q\n%s", got, test.types, out)
			}
		})
	}
	if code, _, errs := clitest.Run(t, query.New(), "--map", file+"x"); code == 0 || !strings.Contains(errs, file+"x") {
		t.Errorf("a map that is not there: exit code %d, %s", code, errs)
	}
}
