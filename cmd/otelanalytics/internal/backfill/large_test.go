// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

var largeEvents = flag.Int("events", 100_000, "how many events TestLarge backfills; 10000000 for the figure")

// generated is a number of events, evenly apart. Only their times differ.
type generated struct {
	documents [][]byte
	from      int64
	apart     float64 // milliseconds
	total     int
	peak      uint64
}

func (g *generated) Each(_ context.Context, from, to int64, f func(bson.Raw) error) error {
	for i := int(float64(from-g.from) / g.apart); i < g.total; i++ {
		at := g.from + int64(float64(i)*g.apart)
		if at < from {
			continue
		}
		if at >= to {
			break
		}
		doc := g.documents[i%len(g.documents)]
		end := len(doc) - 9 // the time is the last field
		for b := range 8 {
			doc[end+b] = byte(uint64(at) >> (8 * b))
		}
		if err := f(doc); err != nil {
			return err
		}
		if i%50_000 == 0 {
			g.peak = max(g.peak, held())
		}
	}
	return nil
}

// held is the memory that the runtime has of the system, without what it gave back.
func held() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// TestLarge backfills days of 15 metrics, a month with ten million events, a step a minute: memory depends on the series and not on the events. It prints
// the figures.
func TestLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nmetrics:\n")
	for i := range 15 {
		kind := []string{"counter", "histogram, buckets: [1, 5, 10, 50]", "gauge", "up_down_counter", "counter"}[i%5]
		fmt.Fprintf(&b, "  m%d: {instrument: %s, attributes: {plan: {values: [free, pro, team], default: free}, platform: {values: [ios, web, tv]}}}\n", i, kind)
	}
	b.WriteString("events:\n")
	for i := range 15 {
		fmt.Fprintf(&b, "  e%d: {record: [{metric: m%d, value: n, from: {platform: $platform}}]}\n", i, i)
	}
	m, err := eventmap.Parse([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	g := grid{from.UnixMilli(), from.AddDate(0, 0, max(1, *largeEvents/333_333)).UnixMilli(), 60_000}
	source := &generated{from: g.from, apart: float64(g.to-g.from) / float64(*largeEvents), total: *largeEvents}
	for i := range 900 {
		doc, err := bson.Marshal(bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: 4, Data: make([]byte, 16)}},
			{Key: "event_type", Value: fmt.Sprint("e", i%15)},
			{Key: "session_id", Value: "s-12345"},
			{Key: "platform", Value: []string{"ios", "web", "tv"}[i%3]},
			{Key: "event_data", Value: bson.D{{Key: "plan", Value: []string{"free", "pro", "team", "x"}[i%4]}, {Key: "n", Value: int32(i % 60)}, {Key: "note", Value: "twenty characters .."}}},
			{Key: "received_at", Value: from},
			{Key: "v", Value: int32(1)},
			{Key: "timestamp", Value: from},
		})
		if err != nil {
			t.Fatal(err)
		}
		source.documents = append(source.documents, doc)
	}
	o := &settings{out: t.TempDir(), by: eventdoc.FieldTime}
	c, err := o.choose(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRun(m, c, o, g, state{Version: stateVersion, Files: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	r.stream, r.target, r.progress = source, &files{dir: o.out}, cli.NewProgress(&cobra.Command{}, 0, "")
	runtime.GC()
	began := time.Now()
	if err := r.do(t.Context()); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	t.Logf("%d events and %d samples in %s: %.0f events/s; %d MiB at most", r.state.Tally.Events, r.state.Tally.Samples,
		took.Round(time.Millisecond), float64(*largeEvents)/took.Seconds(), source.peak>>20)
	if r.state.Tally.Events != int64(*largeEvents) || source.peak > 256<<20 {
		t.Errorf("%d events, want %d; %d MiB, at most 256 are allowed", r.state.Tally.Events, *largeEvents, source.peak>>20)
	}
}
