// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/login"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

const hour = time.Hour

// taken is a sink that takes everything and keeps nothing.
type taken struct{}

func (taken) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

// usersBy returns metrics of daily, weekly and monthly users, each by so many platforms.
func (b *run1) usersBy(metrics, tuples int) []uniques.Metric {
	text, records := "version: 1\nmetrics:\n", ""
	for i := range metrics {
		attributes, from := "", ""
		if tuples > 1 {
			attributes, from = fmt.Sprintf(", attributes: {platform: {limit: %d}}", tuples), ", from: {platform: $platform}"
		}
		text += fmt.Sprintf("  users%d: {instrument: unique%s}\n", i, attributes)
		records += fmt.Sprintf("    - {metric: users%d%s}\n", i, from)
	}
	return uniques.FromMap(b.eventMap(text + "every_event:\n  record:\n" + records))
}

// counted is a counter over a database, with a sink that its events are delivered to.
type counted struct {
	b       *run1
	counter *uniques.Counter
	sink    eventstore.Sink
	buffer  []eventstore.Event
}

func (b *run1) counted(reader *mongostore.Reader, metrics []uniques.Metric) *counted {
	c, err := uniques.New(uniques.Config{Metrics: metrics, Key: make([]byte, uniques.MinKey), Records: reader.Records(), Logger: slog.New(slog.DiscardHandler)})
	b.must(err)
	return &counted{b: b, counter: c, sink: c.Around(taken{})}
}

// happened delivers an event of a user that happened so long ago.
func (c *counted) happened(user int, ago time.Duration, platform int) {
	now := time.Now()
	doc := bson.D{
		{Key: "user_id", Value: fmt.Sprint("user-", user)},
		{Key: "event_type", Value: "seen"},
		{Key: "platform", Value: fmt.Sprint(platform)},
		{Key: "timestamp", Value: now.Add(-ago)},
		{Key: "received_at", Value: now},
	}
	raw, err := bson.Marshal(doc)
	c.b.must(err)
	if c.buffer = append(c.buffer, eventstore.Event{Document: raw}); len(c.buffer) == batch {
		c.deliver()
	}
}

func (c *counted) deliver() {
	_, err := c.sink.Deliver(context.Background(), c.buffer)
	c.b.must(err)
	c.buffer = c.buffer[:0]
}

// days delivers events evenly over the last days, the oldest first, and saves the sketches of each hour, and of each day where days
// are kept.
func (c *counted) days(days, events, users, platforms int) {
	random := rand.New(rand.NewPCG(1, 2))
	hours := days * 24
	for h := hours - 1; h >= 0; h-- {
		for range events / hours {
			c.happened(random.IntN(users), time.Duration(h)*hour+time.Minute, random.IntN(platforms))
		}
		if c.deliver(); h < 9*24 || h%24 == 0 {
			c.b.must(c.counter.Save(context.Background()))
		}
	}
	c.b.must(c.counter.RollUp(context.Background()))
}

// monthly reads the numbers, and returns how long that took and how far off the monthly number is.
func (c *counted) monthly(users int) (took time.Duration, off float64) {
	began := time.Now()
	numbers, err := c.counter.Numbers(context.Background())
	took = time.Since(began)
	c.b.must(err)
	for _, n := range numbers {
		if n.Attributes[len(n.Attributes)-1] == "monthly" {
			off = math.Abs(float64(n.Value)/float64(users) - 1)
		}
	}
	return took, off
}

func (b *run1) analytics(uri, database string) *mongostore.Reader {
	r, err := mongostore.NewReader(mongostore.Config{URI: uri, Database: database})
	b.must(err)
	b.Cleanup(func() { _ = r.Close() })
	return r
}

// uniquesReading reads three windows over thirty days.
func uniquesReading(b *run1) []Result {
	events, users := 10_000_000, 1_000_000
	if b.quick {
		events, users = 200_000, 20_000
	}
	server := mongotest.Start(b)
	db := server.Database(b)
	reader := b.analytics(server.URI(), db.Name())
	writer := b.counted(reader, b.usersBy(1, 1))
	writer.days(30, events, users, 1)
	_, off := writer.monthly(users)
	var warm, restart []float64
	for range 9 {
		writer.happened(users, 0, 0)
		writer.deliver()
		b.must(writer.counter.Save(context.Background()))
		took, _ := writer.monthly(users)
		warm = append(warm, took.Seconds()*1e3)
		took, _ = b.counted(reader, b.usersBy(1, 1)).monthly(users)
		restart = append(restart, took.Seconds())
	}
	cursor, err := db.Collection(mongostore.DefaultCollection+mongostore.UniquesDataSuffix).Find(context.Background(), bson.D{})
	b.must(err)
	stored := 0
	for cursor.Next(context.Background()) {
		stored += len(cursor.Current)
	}
	b.must(cursor.Err())
	return []Result{
		figure("uniques_reading", "ms", median(warm), 50),
		figure("uniques_restart", "s", median(restart), 1.5),
		figure("uniques_error", "%", 100*off, 1.5),
		figure("uniques_stored", "MiB", float64(stored)/mebibyte, 16),
	}
}

// uniquesWriters reads what 32 processes write, beside what one does.
func uniquesWriters(b *run1) []Result {
	users := 1_000_000
	if b.quick {
		users = 10_000
	}
	server := mongotest.Start(b)
	var took [2]float64
	for i, writers := range []int{1, 32} {
		reader := b.analytics(server.URI(), server.Database(b).Name())
		var all []*counted
		for range writers {
			all = append(all, b.counted(reader, b.usersBy(1, 1)))
		}
		all[0].days(30, 2*users, users, 1)
		var readings []float64
		for range 5 {
			for n := range users / 20 {
				all[n%writers].happened(n, 0, 0)
			}
			for _, w := range all {
				w.deliver()
				b.must(w.counter.Save(context.Background()))
			}
			d, _ := all[0].monthly(users)
			readings = append(readings, d.Seconds()*1e3)
		}
		took[i] = median(readings)
	}
	return []Result{ratio("uniques_writers", "ms", took[1], took[0], 3)}
}

// uniquesMemory counts a million users by three metrics with ten tuples each.
func uniquesMemory(b *run1) []Result {
	days, users := 30, 1_000_000
	if b.quick {
		days, users = 1, 20_000
	}
	server := mongotest.Start(b)
	reader := b.analytics(server.URI(), server.Database(b).Name())
	before := heap()
	c := b.counted(reader, b.usersBy(3, 10))
	c.days(days, users, users, 10)
	c.monthly(users)
	c.buffer = nil
	used := heap() - before
	if c.counter.Stats().Saved == 0 {
		b.Fatal("nothing was counted")
	}
	return []Result{figure("uniques_memory", "MiB", max(0, used)/mebibyte, 32)}
}

// threeUniques are three unique metrics, which every event counts in.
const threeUniques = `
  active_users_current: {instrument: unique}
  active_users_by_platform: {instrument: unique, attributes: {platform: {values: [web, ios, android]}}}
  sessions: {instrument: unique, of: $session}
every_event:
  record:
    - {metric: active_users_current}
    - {metric: active_users_by_platform, from: {platform: $platform}}
    - {metric: sessions}
events:`

// trackUniques tracks with three metrics of distinct users beside without: with a map that declares them and a counter around the
// sink. As for the other cases of Track, MongoDB is away: the writer does not compete for the cores.
func trackUniques(b *run1) []Result {
	m := b.eventMap(strings.Replace(string(login.Map), "\nevents:", threeUniques, 1))
	if len(m.EveryEvent()) != 3 {
		b.Fatal("the map has no unique metrics")
	}
	with := b.trackBy(b.clientOf(m, b.store(mongostore.Config{URI: nowhere, Around: func(s *mongostore.Sink) (eventstore.Sink, error) {
		return b.counted(s.Reader(), uniques.FromMap(m)).counter.Around(s), nil
	}})))
	o, p := b.turns(serial(with), serial(b.tracker()))
	return []Result{ratio("track_uniques", "ns", o, p, 1.15)}
}
