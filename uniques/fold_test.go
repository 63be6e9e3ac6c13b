// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

func TestFold(t *testing.T) {
	metrics := FromMap(servicetest.Map(t, `version: 1
metrics:
  listed: {instrument: unique, attributes: {platform: {values: [web, ios]}}}
  limited: {instrument: unique, attributes: {b: {limit: 2}, a: {values: [x], default: x}}}
  bounded: {instrument: unique, max_series: 2, windows: {d: 1d}, attributes: {b: {limit: 2, default: none}}}
  plain: {instrument: unique}
`))
	for _, c := range []struct {
		metric int
		tuples []string
		want   map[string]string
	}{
		{0, []string{"platform=web", "platform=tv", "platform=unknown", "platform=other", "", "os=web", "platform=web&os=x", "%zz"}, map[string]string{
			"platform=web": "platform=web", "platform=tv": "platform=other", "platform=unknown": "platform=unknown", "platform=other": "platform=other",
		}},
		{1, []string{"a=x&b=3", "a=x&b=2", "a=y&b=1", "a=x&b=other", "a=x&b=unknown"}, map[string]string{
			"a=x&b=3": "a=x&b=other", "a=x&b=2": "a=x&b=2", "a=y&b=1": "a=other&b=1", "a=x&b=other": "a=x&b=other", "a=x&b=unknown": "a=x&b=unknown",
		}},
		{2, []string{"b=1", "b=2", "b=none", "b=other"}, map[string]string{"b=1": "b=1", "b=2": "b=2", "b=none": "b=other", "b=other": "b=other"}},
		{3, []string{"", "platform=web"}, map[string]string{"": ""}},
	} {
		if got := metrics[c.metric].fold(c.tuples); !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", metrics[c.metric].Name, got, c.want)
		}
	}
}

// TestInstancesWithOtherValues: instances that have met other values of an attribute with a limit report the same numbers.
func TestInstancesWithOtherValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := FromMap(servicetest.Map(t, `version: 1
metrics: {by: {instrument: unique, windows: {daily: 24h}, attributes: {screen: {limit: 2}}}}
events: {e: {record: [{metric: by}]}}
`))
		w := newWorld(t)
		a, b := w.startWithAll(m, 0), w.startWithAll(FromMap(servicetest.Map(t, `version: 1
metrics: {by: {instrument: unique, windows: {daily: 24h}, attributes: {screen: {limit: 2}}}}
events: {e: {record: [{metric: by}]}}
`)), 0)
		see := func(p *process, user, screen string) {
			data := bson.E{Key: eventdoc.FieldData, Value: bson.D{{Key: "screen", Value: screen}}}
			if err := p.deliver(event(user, time.Now(), time.Now(), data)); err != nil {
				t.Fatal(err)
			}
			if err := p.counter.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		numbers := func(p *process) string {
			all, err := p.counter.Numbers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, n := range all {
				text += fmt.Sprint(n.Attributes[1], "=", n.Value, " ")
			}
			return text
		}
		expect := func(want string) {
			t.Helper()
			if x, y := numbers(a), numbers(b); x != want || y != want {
				t.Errorf("one instance has %q, another one %q; want %q", x, y, want)
			}
		}
		see(a, "1", "m")
		see(a, "2", "n")
		expect("m=1 n=1 ")
		see(b, "3", "c") // which sorts before both
		see(b, "2", "d")
		expect("c=1 d=1 other=2 ") // the users 1 and 2
		see(a, "9", "z")           // beyond the limit of the instance
		expect("c=1 d=1 other=3 ")
	})
}
