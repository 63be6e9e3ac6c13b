// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNamesWithDollars: a field whose name begins with a dollar sign can be named wherever a field can. Brackets tell it from the
// sources beside the data.
func TestNamesWithDollars(t *testing.T) {
	m, err := Parse([]byte(`
version: 1
redact: [$password]
metrics:
  pages: {instrument: counter, attributes: {url: {limit: 5}, kind: {limit: 5}, type: {limit: 5}, browser: {limit: 5}}}
  revenue: {instrument: counter, number: double}
  devices: {instrument: unique, of: '["$insert"].key'}
events:
  $pageview:
    data:
      $current_url: {type: string}
      $type: {type: string}
      $set: {type: object}
      $set.$browser: {type: string}
      $set.$revenue: {type: double}
      $insert: {type: object}
      $insert.key: {type: string}
      $items: {type: array, items: {$price: {type: double}}}
    record:
      - {metric: pages, from: {url: '["$current_url"]', kind: "['$type']", type: $type, browser: '["$set"].$browser'}, when: 'data.$set.$revenue > 0 and data["$current_url"] != ""'}
      - {metric: revenue, value: '["$set"]["$revenue"]'}
      - {metric: revenue, value: "=sum(data.$items, .$price)"}
      - {metric: revenue, value: '["$items"].$size'}
      - metric: devices
`))
	if err != nil {
		t.Fatal(err)
	}
	e, _ := m.Event("$pageview")
	var got []string
	for _, f := range e.Data {
		got = append(got, strings.Join(f.Path, " "))
	}
	for _, r := range e.Records {
		for _, s := range r.Sources {
			got = append(got, s.Kind.text()+s.String())
		}
		got = append(got, strings.Join(r.Value.Path, " "))
	}
	got = append(got, strings.Join(e.Records[4].Metric.Counted.Path, " "))
	want := []string{
		"$current_url", "$type", "$set", "$set $browser", "$set $revenue", "$insert", "$insert key", "$items", "$items $price",
		`data ["$current_url"]`, `data ["$type"]`, "type $type", `data ["$set"].$browser`, "",
		"$set $revenue", "", "$items $size", "windows the windows", "", "$insert key",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func (k SourceKind) text() string {
	switch k {
	case FromData:
		return "data "
	case FromType:
		return "type "
	case FromWindow:
		return "windows "
	default:
		return "? "
	}
}

// TestIdentitiesWithDollars: PostHog's names for users and sessions are no labels either.
func TestIdentitiesWithDollars(t *testing.T) {
	for _, name := range []string{"$user_id", "$session_id"} {
		_, err := Parse([]byte(strings.ReplaceAll(`
version: 1
metrics: {pages: {instrument: counter, attributes: {a: {limit: 5}}}}
events: {page: {data: {NAME: {type: string}}, record: [{metric: pages, from: {a: '["NAME"]'}}]}}
`, "NAME", name)))
		if err == nil || !strings.Contains(err.Error(), "tells users, sessions or traces apart") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
