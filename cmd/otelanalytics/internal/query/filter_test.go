// SPDX-License-Identifier: Apache-2.0

package query_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/query"
)

// TestFilter finds events by the names that callers gave to fields, and shows these.
func TestFilter(t *testing.T) {
	collection := clitest.MongoDB(t)
	for i, data := range []bson.D{
		{{Key: "%24current_url", Value: "/a=b"}, {Key: "n", Value: 5}},
		{{Key: "order%2Etotal", Value: 2.5}, {Key: "n", Value: "5"}},
		{{Key: "order", Value: bson.D{{Key: "total", Value: 2.5}}}, {Key: "n", Value: true}},
	} {
		if _, err := collection.InsertOne(t.Context(), bson.D{
			{Key: "_id", Value: string(rune('a' + i))}, {Key: "user_id", Value: "ada"}, {Key: "event_type", Value: "e"}, {Key: "event_data", Value: data}, {Key: "timestamp", Value: noon},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ filters, want string }{
		{"data.$current_url=/a=b", "a"},
		{"data.order.total=2.5", "cb"},
		{"data.n=5", "a"},
		{`data.n="5"`, "b"},
		{"data.n=true", "c"},
		{"data.n=true data.order.total=2.5", "c"},
		{"data.n=null", ""},
		{"data.m=null data.n=5", "a"},
		{"data.n=[5]", ""},
	} {
		var args []string
		for f := range strings.FieldsSeq(c.filters) {
			args = append(args, "--filter", f)
		}
		code, out, errs := clitest.Run(t, query.New(), append(args, "--all", "-o", "json")...)
		if code != 0 {
			t.Errorf("%s: exit code %d: %s", c.filters, code, errs)
		}
		got := ""
		for line := range strings.Lines(out) {
			_, after, _ := strings.Cut(line, `"id":"`)
			got += after[:1]
		}
		if got != c.want || strings.Contains(out, "%2") {
			t.Errorf("%s: found %q, want %q:\n%s", c.filters, got, c.want, out)
		}
	}
	for filter, says := range map[string]string{
		"plan=pro":             "write data.FIELD=VALUE",
		"data.plan":            "write data.FIELD=VALUE",
		"data.=1":              "write data.FIELD=VALUE",
		"data.a..b=1":          "has an empty name",
		"data.a.b.c.d.e.f.g=1": "at most 6",
	} {
		if code, _, errs := clitest.Run(t, query.New(), "--filter", filter); code == 0 || !strings.Contains(errs, says) {
			t.Errorf("%s: exit code %d: %s", filter, code, errs)
		}
	}
}
