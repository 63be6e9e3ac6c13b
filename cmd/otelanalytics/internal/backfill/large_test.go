// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"encoding/binary"
	"flag"
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventstream"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

var largeEvents = flag.Int("events", 100_000, "how many events TestLarge backfills; 10000000 for the figure")

// generated is a server with a number of events, evenly apart. Only their times differ.
type generated struct {
	documents [][]byte
	from      int64
	apart     float64 // milliseconds
	total     int
	peak      uint64

	next int   // of the cursor that is open
	to   int64 // its end
}

// sent is how many documents the server sends at once.
const sent = 2_000

// script answers find and getMore, one cursor at a time.
func (g *generated) script(c wireserver.Command) wireserver.Action {
	batch := "nextBatch"
	switch c.Name {
	case "find":
		from := int64(c.Body.Lookup("filter", eventdoc.FieldTime, "$gte").DateTime())
		g.to = int64(c.Body.Lookup("filter", eventdoc.FieldTime, "$lt").DateTime())
		for g.next = max(0, int(float64(from-g.from)/g.apart)-1); g.at(g.next) < from; g.next++ {
		}
		batch = "firstBatch"
	case "getmore":
	default:
		return wireserver.Proceed
	}
	docs := bson.A{}
	for ; len(docs) < sent && g.next < g.total && g.at(g.next) < g.to; g.next++ {
		doc := slices.Clone(g.documents[g.next%len(g.documents)])
		binary.LittleEndian.PutUint64(doc[len(doc)-9:], uint64(g.at(g.next))) // the time is the last field
		docs = append(docs, bson.Raw(doc))
	}
	id := int64(0)
	if len(docs) == sent {
		id = 1
	}
	g.peak = max(g.peak, held())
	return wireserver.Answer(bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: id}, {Key: "ns", Value: "analytics.user_events"}, {Key: batch, Value: docs}}}, {Key: "ok", Value: 1.0}})
}

// at returns the time of an event.
func (g *generated) at(i int) int64 { return g.from + int64(float64(i)*g.apart) }

// held is the memory that the runtime has of the system, without what it gave back.
func held() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// TestLarge backfills days of 15 metrics from a server that answers as MongoDB does, a month with ten million events, a step a minute. Memory
// depends on the series and not on the events. It prints the figures; the server takes a part of the time and of the memory.
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
	server := wireserver.Start(t)
	server.Script(source.script)
	db, err := connect.MongoDB(t.Context(), config.Config{URI: config.Secret(server.URI()), Database: "analytics", Collection: "user_events"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r.stream, r.target, r.progress = &eventstream.Stream{DB: db, Field: eventdoc.FieldTime}, &files{dir: o.out}, cli.NewProgress(&cobra.Command{}, 0, "")
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
