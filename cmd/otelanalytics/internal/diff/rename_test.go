// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/diff"
)

// TestRenamedFrom: a new name that the map declares is not a removal, and everything else about the event is compared.
func TestRenamedFrom(t *testing.T) {
	const before = `
metrics: {m: {instrument: counter, attributes: {a: {values: [x, y]}}}}
events:
  ev: {data: {a: {type: string}, card: {redact: drop}}, record: [{metric: m}]}
  two: {data: {pin: {redact: hash}}}
  now: {renamed_from: [past, "p.one"], data: {pin: {redact: hash}}}
  "p.*": {}
`
	for _, test := range []struct {
		name     string
		from, to string
		want     string // severities and keys
	}{
		{"a new name", "  ev: {", "  new: {renamed_from: [ev], ", "warning events.new, warning go_name.Ev"},
		{"a new name that keeps its name in Go", "  ev: {", "  new: {go_name: Ev, renamed_from: [ev], ", "warning events.new"},
		{"a new name and an end of a redaction", "  ev: {data: {a: {type: string}, card: {redact: drop}}", "  new: {go_name: Ev, renamed_from: [ev], data: {a: {type: string}, card: {}}", "privacy events.new.data.card.redact, warning events.new"},
		{"a new name and a new metric", "  ev: {data: {a: {type: string}, card: {redact: drop}}, record: [{metric: m}]}", "  new: {go_name: Ev, renamed_from: [ev], data: {a: {type: string}, card: {redact: drop}}}", "breaking events.new.record.m, warning events.new"},
		{"an event and its metric have new names", "{m: {instrument: counter, attributes: {a: {values: [x, y]}}}}\nevents:\n  ev: {data: {a: {type: string}, card: {redact: drop}}, record: [{metric: m}]}", "{n: {instrument: counter, attributes: {a: {values: [x, y]}}}}\nevents:\n  new: {go_name: Ev, renamed_from: [ev], data: {a: {type: string}, card: {redact: drop}}, record: [{metric: n}]}", "breaking metrics.m, warning events.new"},
		{"a new name without renamed_from", "  ev: {", "  new: {", "breaking events.ev, privacy events.ev.data.card.redact"},
		{"two have become a new one", "  ev: {data: {a: {type: string}, card: {redact: drop}}, record: [{metric: m}]}\n  two: {data: {pin: {redact: hash}}}", "  new: {renamed_from: [ev, two], data: {a: {type: string}, card: {redact: drop}}, record: [{metric: m}]}", "privacy events.new.data.pin.redact, warning events.new, warning go_name.Ev"},
		{"two have become one of them", "  ev: {data: {a: {type: string}, card: {redact: drop}}, record: [{metric: m}]}\n  two: {data", "  two: {renamed_from: [ev], data", "privacy events.ev.data.card.redact, warning events.ev"},
		{"another earlier name", "[past,", "[past, earlier,", "warning events.now.renamed_from"},
		{"an earlier name less", "[past, ", "[", "privacy events.now.data.pin.redact, breaking events.now.renamed_from"},
		{"an earlier name less, of a pattern", `, "p.one"]`, "]", "privacy events.now.data.pin.redact, breaking events.now.renamed_from"},
		{"an earlier name is an event again", "[past, ", "[", "warning events.past"},
	} {
		t.Run(test.name, func(t *testing.T) {
			after := strings.Replace(before, test.from, test.to, 1)
			if test.name == "an earlier name is an event again" {
				after += "  past: {data: {pin: {redact: hash}}}\n"
			}
			if after == before {
				t.Fatal("nothing is changed")
			}
			got := make(map[string]bool)
			for _, c := range compare(t, before, after) {
				if c.Severity != diff.Info {
					got[fmt.Sprint(c.Severity, " ", c.Key)] = true
				}
			}
			want := make(map[string]bool)
			for s := range strings.SplitSeq(test.want, ", ") {
				want[s] = true
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
