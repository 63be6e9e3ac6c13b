// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestZeros: combinations of listed values are there before anybody was counted, and leave what is counted its room.
func TestZeros(t *testing.T) {
	const platform, both = ", from: {platform: $platform}", ", from: {platform: $platform}, set: {b: x}"
	for _, c := range []struct {
		name, attributes, from string
		platforms              []string // of the events
		want                   string
	}{
		{"two attributes", "attributes: {b: {values: [y, x]}, platform: {values: [web, ios]}}", both, nil, "b=x&platform=ios b=x&platform=web b=y&platform=ios b=y&platform=web"},
		{"one was counted", "attributes: {platform: {values: [web, ios]}}", platform, []string{"web"}, "platform=ios platform=web:1"},
		{"a value that is not listed", "attributes: {platform: {values: [web, ios]}}", platform, []string{"tv", ""}, "platform=ios platform=other:1 platform=unknown:1 platform=web"},
		{"one has a limit", "attributes: {b: {values: [x, y]}, platform: {limit: 5}}", both, nil, ""},
		{"no room for a zero", "max_series: 3, attributes: {platform: {values: [web, ios]}}", platform, []string{"web", "", "tv"}, "platform=other:1 platform=unknown:1 platform=web:1"},
		{"no attributes", "of: $user", "", nil, ":0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newWorld(t).startWithAll(FromMap(servicetest.Map(t, `version: 1
metrics: {users: {instrument: unique, windows: {daily: 24h}, `+c.attributes+`}}
every_event: {record: [{metric: users`+c.from+`}]}
events: {e: {}}
`)), 0)
			for i, platform := range c.platforms {
				var fields []bson.E
				if platform != "" {
					fields = append(fields, bson.E{Key: eventdoc.FieldPlatform, Value: platform})
				}
				if err := p.deliver(event(user(i), time.Now(), time.Now(), fields...)); err != nil {
					t.Fatal(err)
				}
			}
			numbers, err := p.counter.Numbers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range numbers {
				text := encodeTuple(n.Attributes[:len(n.Attributes)-2])
				switch {
				case n.Value > 0:
					text += ":1"
				case text == "":
					text = ":0"
				}
				if n.Value > 1 || !n.Exact {
					t.Errorf("%+v", n)
				}
				got = append(got, text)
			}
			slices.Sort(got)
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestNoZerosWithoutAReading: a reading that fails says nothing.
func TestNoZerosWithoutAReading(t *testing.T) {
	p := newWorld(t).start(0)
	p.kill()
	err := p.counter.Read(t.Context(), func(string, float64, ...string) { t.Error("a number is set") })
	if !errors.Is(err, errDead) {
		t.Error(err)
	}
}
