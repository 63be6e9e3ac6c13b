// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

const mapped = `version: 1
metrics:
  users: {instrument: unique}
  by_platform: {instrument: unique, windows: {daily: 24h}, max_series: 4, attributes: {platform: {values: [web, ios]}}}
  by_screen: {instrument: unique, windows: {daily: 24h}, attributes: {screen: {limit: 2, default: none}}}
  sessions: {instrument: unique, of: $session, windows: {daily: 24h}, window_attribute: period}
  games: {instrument: unique, of: game.id, windows: {daily: 24h}}
  off: {instrument: unique, enabled: false}
  count: {instrument: counter}
every_event:
  record:
    - {metric: users}
    - {metric: by_platform, from: {platform: $platform}}
    - {metric: off}
    - {metric: count}
events:
  viewed:
    renamed_from: [seen]
    data: {screen: {type: string}, test: {type: bool}}
    record:
      - {metric: by_screen, when: 'type == "viewed" and not (data.test ?? false)'}
      - {metric: sessions}
  "game.*":
    record: [{metric: games}, {metric: by_screen, set: {screen: game}}]
  unstored: {store: false, record: [{metric: games}]}
`

// TestFromMap: what counts is what the map's records say.
func TestFromMap(t *testing.T) {
	w := newWorld(t)
	reader := sdkmetric.NewManualReader()
	start := func() *process {
		p := w.startWithAll(FromMap(servicetest.Map(t, mapped)), 0)
		p.counter.config.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		p.counter.measure()
		return p
	}
	p := start()
	at := time.Now()
	type field = bson.E
	data := func(pairs ...any) field {
		var d bson.D
		for i := 0; i < len(pairs); i += 2 {
			d = append(d, bson.E{Key: pairs[i].(string), Value: pairs[i+1]})
		}
		return field{Key: eventdoc.FieldData, Value: d}
	}
	platform := func(s string) field { return field{Key: eventdoc.FieldPlatform, Value: s} }
	session := func(s string) field { return field{Key: eventdoc.FieldSessionID, Value: s} }
	game := func(id any) field { return data("game", bson.D{{Key: "id", Value: id}}) }
	for _, e := range []struct {
		kind, user string
		fields     []field
	}{
		{"viewed", "ann", []field{platform("web"), session("s1"), data("screen", "home")}},
		{"viewed", "ann", []field{platform("ios"), session("s2"), data("screen", "home")}},
		{"seen", "bob", []field{platform("tv"), session("s2"), data("screen", "shop", "test", false)}}, // by its earlier name
		{"viewed", "cid", []field{session(""), data("screen", "third")}},                               // beyond the limit
		{"viewed", "dan", []field{data("screen", "home", "test", true)}},                               // the condition does not hold
		{"viewed", "eve", nil}, // the default
		{"viewed", "", []field{platform("web"), session("s3"), data("screen", "home")}}, // anonymous: a session all the same
		{"game.won", "ann", []field{game("5")}},
		{"game.lost", "ann", []field{game(int32(5))}},
		{"game.lost", "ann", []field{game(int64(5))}},
		{"game.lost", "ann", []field{game(5.0)}}, // JSON has one kind of number
		{"game.lost", "ann", []field{game(5.5)}}, // no value that counts
		{"game.lost", "ann", []field{data("game.id", true)}},
		{"game.lost", "ann", []field{game("")}},
		{"unstored", "fay", []field{game("6")}},
		{"unknown", "gus", []field{platform("web"), game("7")}},
		{"viewed", "hal", []field{platform("web"), {Key: eventdoc.FieldMetrics, Value: false}}},
	} {
		if err := p.deliver(eventOf(e.kind, e.user, at, at, e.fields...)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]int{
		"users time_period=daily": 6, "users time_period=weekly": 6, "users time_period=monthly": 6, // ann, bob, cid, dan, eve, gus
		"by_platform platform=web time_period=daily":     2, // ann, gus
		"by_platform platform=ios time_period=daily":     1,
		"by_platform platform=other time_period=daily":   1,
		"by_platform platform=unknown time_period=daily": 4, // ann's games, cid, dan, eve
		"by_screen screen=home time_period=daily":        1,
		"by_screen screen=game time_period=daily":        1, // which a record sets: it has its place from the start
		"by_screen screen=other time_period=daily":       2, // bob and cid, beyond the limit
		"by_screen screen=none time_period=daily":        1,
		"sessions period=daily":                          3,
		"games time_period=daily":                        3,
	}
	for _, doing := range []string{"open", "rebuilt by another"} {
		if doing != "open" {
			reader = sdkmetric.NewManualReader()
			p = start()
			if err := p.counter.Rebuild(t.Context(), at.Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
			// Documents come in no order, so that another screen may be beyond the limit.
			for name := range want {
				if strings.HasPrefix(name, "by_screen") {
					delete(want, name)
				}
			}
		}
		got := make(map[string]int)
		if err := p.counter.Read(t.Context(), func(metric string, value float64, attributes ...string) {
			name := metric
			for i := 0; i < len(attributes); i += 2 {
				name += " " + attributes[i] + "=" + attributes[i+1]
			}
			if doing == "open" || metric != "by_screen" {
				got[name] = int(value)
			}
		}); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v\n got %v\nwant %v", doing, err, got, want)
		}
	}
	values := collect(t, reader)
	for name, n := range map[string]float64{
		"otelanalytics.values.refused/games/type": 1, "otelanalytics.attributes.overflow/by_platform/platform": 1,
		"otelanalytics.values.refused/by_screen/when_type": 0, "otelanalytics.attributes.overflow/by_platform/*": 0,
	} {
		if got, there := values[name]; got != n || !there {
			t.Errorf("%s is %v, want %v; all: %v", name, got, n, values)
		}
	}
	p.counter.unmeasure()
	if values := collect(t, reader); len(values) > 0 {
		t.Errorf("after the end: %v", values)
	}
}

// TestFromMapOfAMapWithout: a map without such a metric has none, and one that is switched off is none.
func TestFromMapOfAMapWithout(t *testing.T) {
	if m := FromMap(servicetest.Map(t, "version: 1\nmetrics: {a: {instrument: counter}, b: {instrument: unique, enabled: false}}\n")); len(m) != 0 {
		t.Errorf("%v", m)
	}
	m := FromMap(servicetest.Map(t, mapped))
	var names []string
	for _, one := range m {
		names = append(names, one.Name)
	}
	if got := fmt.Sprint(names); got != "[users by_platform by_screen sessions games]" || m[1].maxTuples != 4 || m[0].maxTuples != 633 {
		t.Errorf("%s, %d and %d tuples", got, m[1].maxTuples, m[0].maxTuples)
	}
}

// TestFromMapWithStoredNames: a document has some names of fields percent-encoded, and the map has those of the caller.
func TestFromMapWithStoredNames(t *testing.T) {
	p := newWorld(t).startWithAll(FromMap(servicetest.Map(t, `version: 1
metrics:
  inserts: {instrument: unique, of: '["$insert"].key', windows: {daily: 24h}, attributes: {os: {values: [linux]}}}
  plans: {instrument: unique, of: user.plan, windows: {daily: 24h}}
every_event: {record: [{metric: inserts, from: {os: '["$os"]'}}, {metric: plans}]}
events: {page: {data: {$insert: {type: object}, $insert.key: {type: string}, $os: {type: string}, user.plan: {type: string}}}}
`)), 0)
	at := time.Now()
	for _, key := range []string{"a", "b", "b"} {
		data := bson.D{
			{Key: "%24insert", Value: bson.D{{Key: "key", Value: key}}}, {Key: "%24os", Value: "linux"}, {Key: "user%2Eplan", Value: key},
		}
		if err := p.deliver(eventOf("page", "ann", at, at, bson.E{Key: eventdoc.FieldData, Value: data})); err != nil {
			t.Fatal(err)
		}
	}
	got := make(map[string]float64)
	if err := p.counter.Read(t.Context(), func(metric string, value float64, attributes ...string) {
		got[fmt.Sprint(metric, attributes)] = value
	}); err != nil {
		t.Fatal(err)
	}
	for series, want := range map[string]float64{"inserts[os linux time_period daily]": 2, "plans[time_period daily]": 2} {
		if got[series] != want {
			t.Errorf("%s is %v, want %v; all: %v", series, got[series], want, got)
		}
	}
}
