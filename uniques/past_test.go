// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

const pastMap = `version: 1
metrics:
  users: {instrument: unique, windows: {hourly: 3h, daily: 24h, weekly: 7d, eight: 194h, monthly: 12d}}
  by_platform: {instrument: unique, windows: {daily: 24h}, attributes: {platform: {values: [web, ios]}}}
  by_screen: {instrument: unique, windows: {daily: 24h, monthly: 12d}, max_series: 9, attributes: {screen: {limit: 2, default: none}}}
every_event: {record: [{metric: users}, {metric: by_platform, from: {platform: $platform}}]}
events:
  viewed: {data: {screen: {type: string}}, record: [{metric: by_screen}]}
`

// TestPastIsTheCounter gives the same events to a Past and to a Counter that lives through the days, saves, and rolls up: they have the
// same numbers all the time. Some events come in late, and some are dated ahead. A Past that begins in the middle, with the memory of
// the first one, has the same numbers from there on.
func TestPastIsTheCounter(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { comparePast(t, rand.New(rand.NewPCG(seed, 0))) })
	}
}

func comparePast(t *testing.T, r *rand.Rand) {
	now := time.Date(2026, 10, 1, 5, 17, 0, 0, time.UTC)
	end := now.AddDate(0, 0, 20)
	m := servicetest.Map(t, pastMap)
	counter, err := New(Config{
		Metrics: FromMap(m), Key: []byte(pastKey), Records: new(recordstore.Memory), Logger: slog.New(slog.DiscardHandler),
		now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	sink := counter.Around(nil)
	past := newPast(t, m)
	var later *Past
	var stored []bson.Raw
	half, compared, gone := now.AddDate(0, 0, 15), 0, 0
	before := 0
	for now.Before(end) {
		now = now.Add(time.Duration(r.Int64N(int64(40 * time.Minute))))
		happened := now
		switch r.IntN(6) {
		case 0:
			happened = now.Add(-time.Duration(r.Int64N(int64(14 * 24 * time.Hour))))
		case 1:
			happened = now.Add(time.Duration(r.Int64N(int64(3 * time.Hour))))
		}
		screens := []string{"home", "shop", "third"}[:1+r.IntN(3)]
		e := eventOf("viewed", fmt.Sprint("u", r.IntN(60)), happened, now,
			bson.E{Key: eventdoc.FieldPlatform, Value: []string{"web", "ios", "tv", ""}[r.IntN(4)]},
			bson.E{Key: eventdoc.FieldData, Value: bson.D{{Key: "screen", Value: screens[r.IntN(len(screens))]}}})
		if now.After(half.AddDate(0, 0, -4)) && now.Before(half) {
			e = eventOf("other", fmt.Sprint("u", r.IntN(60)), now, now)
		}
		if _, err := sink.Deliver(t.Context(), []eventstore.Event{e}); err != nil {
			t.Fatal(err)
		}
		stored = append(stored, e.Document)
		past.Add(e.Document, now)
		switch {
		case later != nil:
			later.Add(e.Document, now)
		case now.After(half):
			later = resumed(t, m, past, stored, now)
		}
		switch r.IntN(30) {
		case 0:
			if err := counter.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
		case 1:
			if err := counter.RollUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		case 2, 3, 4:
			want, err := counter.Numbers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, past.At(now)); diff != "" {
				t.Fatalf("at %s: (-counter +past)\n%s", now, diff)
			}
			if later != nil {
				if diff := cmp.Diff(want, later.At(now)); diff != "" {
					t.Fatalf("at %s, from the middle on: (-counter +past)\n%s", now, diff)
				}
			}
			if len(want) < before {
				gone++
			}
			before = len(want)
			compared++
		}
	}
	if compared < 50 || later == nil || gone == 0 {
		t.Errorf("%d comparisons, %d of them with fewer series than before: too few to show anything", compared, gone)
	}
}

func newPast(t *testing.T, m *eventmap.Map) *Past {
	t.Helper()
	p, err := NewPast(FromMap(m))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// resumed returns a Past that knows of another one what JSON has of its memory, and is given what was stored from its reach on.
func resumed(t *testing.T, m *eventmap.Map, from *Past, stored []bson.Raw, now time.Time) *Past {
	t.Helper()
	text, err := json.Marshal(from.Memory())
	if err != nil {
		t.Fatal(err)
	}
	var memory []instruments.Memory
	if err := json.Unmarshal(text, &memory); err != nil {
		t.Fatal(err)
	}
	p := newPast(t, m)
	if err := p.Remember(memory); err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, doc := range stored {
		if at, _ := receivedAt(doc); !at.Before(p.Reach(now)) {
			p.Add(doc, at)
			given++
		}
	}
	if given == len(stored) {
		t.Error("it was given everything")
	}
	return p
}

// TestPastForgets: memory depends on the windows and not on the time that has passed.
func TestPastForgets(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := newPast(t, servicetest.Map(t, pastMap))
	var most []int
	for day := range 120 {
		for hour := range 24 {
			at := begin.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour)
			p.Add(eventOf("viewed", fmt.Sprint("u", hour), at, at).Document, at)
			p.Add(eventOf("viewed", "ahead", at.AddDate(5, 0, 0), at).Document, at) // too far ahead to count
		}
		p.At(begin.AddDate(0, 0, day+1))
		most = append(most, len(p.hours)+len(p.days)+len(p.ahead)+len(p.unions))
	}
	if before, after := slices.Max(most[:40]), slices.Max(most[40:]); after > before || len(p.ahead) > 0 {
		t.Errorf("%d buckets and unions in the first 40 days, then %d, of them %d ahead", before, after, len(p.ahead))
	}
}

func TestPastRefuses(t *testing.T) {
	if _, err := NewPast([]Metric{{Name: "a|b"}}); err == nil {
		t.Error("a name that is none is taken")
	}
	p := newPast(t, servicetest.Map(t, pastMap))
	if err := p.Remember(nil); err == nil {
		t.Error("no memory is taken")
	}
	if err := p.Remember([]instruments.Memory{{"another": {}}}); err == nil {
		t.Error("the memory of another map is taken")
	}
}
