// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// wide has so many types with names of so many letters, each with one event. Its data are fields with names of 90 letters.
func wide(types, letters, fields int) string {
	var b strings.Builder
	for i := range types {
		var data []string
		for j := range fields {
			data = append(data, fmt.Sprintf(`"%s_%d":true`, strings.Repeat("f", 90), j))
		}
		fmt.Fprintf(&b, `{"event":"%s_%d","data":{%s}}`+"\n", strings.Repeat("e", letters), i, strings.Join(data, ","))
	}
	return b.String()
}

// TestAMapThatWouldBeTooLong: fewer fields are declared, and the map loads with its proposals.
func TestAMapThatWouldBeTooLong(t *testing.T) {
	for _, test := range []struct {
		name, events string
		want         []string
	}{
		{
			"fields side by side", wide(150, 10, 125),
			[]string{"# Each event declares at most 50 fields: with more, the map would be too long.", "# has 75 further fields that are not declared"},
		},
		{"too long for its proposals alone", wide(400, 150, 12), []string{"# Each event declares at most 6 fields: "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errs := clitest.Run(t, infer.New(), file(t, test.events))
			if code != 0 {
				t.Fatalf("exit code %d\n%s", code, errs)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in\n%.1000s", want, out)
				}
			}
			if !strings.Contains(out, "\n#: metrics:\n") || strings.Contains(out, "Metrics are not proposed") {
				t.Errorf("the proposals are gone:\n%.1000s", out)
			}
			for _, text := range [][]byte{[]byte(out), draft.Taken([]byte(out))} {
				if _, err := eventmap.Parse(text); err != nil {
					t.Errorf("the map does not load: %.300s", err.Error())
				}
			}
		})
	}
	code, out, errs := clitest.Run(t, infer.New(), file(t, wide(1_000, 1_100, 1)))
	if want := "the map would have more than 1 MiB, even with one field of each event; choose some of the event types with --type\n"; code != 1 || out != "" || !strings.HasSuffix(errs, want) {
		t.Errorf("exit code %d\n%.300s", code, errs)
	}
}
