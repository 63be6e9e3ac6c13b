// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"iter"
	"maps"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// logRecords keeps what the SDK would export.
type logRecords struct {
	mu      sync.Mutex
	records []sdklog.Record
}

func (l *logRecords) Export(_ context.Context, records []sdklog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		l.records = append(l.records, r.Clone())
	}
	return nil
}
func (*logRecords) Shutdown(context.Context) error   { return nil }
func (*logRecords) ForceFlush(context.Context) error { return nil }

// TestEventLog reads the log records of tracked events, field by field.
func TestEventLog(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
redact: [password]
metrics: {visits: {instrument: counter}}
events:
  visited: {record: [{metric: visits}]}
`)
	var kept logRecords
	client, err := otelanalytics.New(m,
		otelanalytics.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))),
		otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(&kept)))),
		otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool { return e.Type != "dropped" }))
	if err != nil {
		t.Fatal(err)
	}
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{7}, SpanID: trace.SpanID{8}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(t.Context(), span)
	happened := time.Date(2026, 3, 4, 5, 6, 7, 8_000_000, time.UTC)
	for _, e := range []otelanalytics.Event{
		{Type: "visited", UserID: "u-secret", SessionID: "s-secret", Key: "k-1", Time: happened, Data: map[string]any{
			"page": "home", "password": "hunter2", "n": 3, "ratio": 0.5, "ok": true, "nothing": nil, "at": happened,
			"otelanalytics.event.id": "forged", "bytes": []byte("raw"), "decimal": bson.NewDecimal128(1, 2),
			"list": []any{"a", int64(2)}, "in": bson.D{{Key: "deep", Value: "x"}},
		}},
		{Type: "visited", UserID: "u-secret", Key: "k-1"}, // tracked before
		{Type: "dropped"},
		{Type: "unheard of"},
	} {
		if err := client.Track(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Track(ctx, otelanalytics.Event{}); err == nil {
		t.Error("an event without a type was accepted")
	}
	if err := client.Record(ctx, "visited", nil); err != nil {
		t.Fatal(err)
	}
	if len(kept.records) != 2 {
		t.Fatalf("%d log records of 2 accepted events", len(kept.records))
	}
	if name := kept.records[1].EventName(); name != "unheard of" {
		t.Errorf("the second is of %q", name)
	}
	r := kept.records[0]
	if r.EventName() != "visited" || r.Severity() != log.SeverityInfo || r.TraceID() != span.TraceID() || r.SpanID() != span.SpanID() ||
		!r.Timestamp().Equal(happened) || time.Since(r.ObservedTimestamp()) > time.Minute {
		t.Errorf("%s, %v, trace %v, span %v, at %v, observed at %v", r.EventName(), r.Severity(), r.TraceID(), r.SpanID(), r.Timestamp(), r.ObservedTimestamp())
	}
	got := map[string]string{}
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		if _, twice := got[string(kv.Key)]; twice {
			t.Errorf("%s is there twice", kv.Key)
		}
		if kv.Key == "bytes" && kv.Value.Type() != attribute.BYTESLICE {
			t.Errorf("bytes are a %v", kv.Value.Type())
		}
		got[string(kv.Key)] = kv.Value.String()
		return true
	})
	if id := got["otelanalytics.event.id"]; len(id) != 36 || id[14] != '5' {
		t.Errorf("the id is %q, not the version 5 of a key", id)
	}
	delete(got, "otelanalytics.event.id")
	want := map[string]string{
		"page": "home", "n": "3", "ratio": "0.5", "ok": "true", "nothing": "", "at": "2026-03-04T05:06:07.008Z",
		"bytes": "cmF3", "decimal": `{"$numberDecimal":"1.8446744073709551618E-6157"}`,
		"list": `["a",2]`, "in": `{"deep":"x"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// recordAttributes yields the attributes of a record, with their values as text.
func recordAttributes(r sdklog.Record) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		r.WalkAttributes(func(kv attribute.KeyValue) bool { return yield(string(kv.Key), kv.Value.String()) })
	}
}

// TestLogTextIsUTF8: an OTLP exporter exports no record of a batch in which one has text that is not UTF-8.
func TestLogTextIsUTF8(t *testing.T) {
	raw, err := bson.Marshal(bson.D{{Key: "a\xff", Value: "b\xff"}, {Key: "in", Value: bson.D{{Key: "c\xff", Value: bson.A{"d\xff"}}}}, {Key: "s", Value: bson.Symbol("e\xff")}})
	if err != nil {
		t.Fatal(err)
	}
	kept, withLog := withLog()
	rec := analyticstest.New(t, parse(t), withLog)
	for _, data := range []any{bson.Raw(raw), ready(raw), struct{ S string }{"\xff"}, map[string]any{"s": struct{ S string }{"\xff"}}} {
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", Data: data}); err != nil {
			t.Errorf("%T: %v", data, err)
		}
	}
	var check func(kv attribute.KeyValue)
	check = func(kv attribute.KeyValue) {
		if !utf8.ValidString(string(kv.Key)) || kv.Value.Type() == attribute.STRING && !utf8.ValidString(kv.Value.AsString()) {
			t.Errorf("%q: %q", kv.Key, kv.Value.String())
		}
		switch kv.Value.Type() {
		case attribute.MAP:
			for _, inner := range kv.Value.AsMap() {
				check(inner)
			}
		case attribute.SLICE:
			for _, item := range kv.Value.AsSlice() {
				check(attribute.KeyValue{Value: item})
			}
		}
	}
	records := kept.named("page_viewed")
	if len(records) != 4 {
		t.Fatalf("%d records", len(records))
	}
	for _, r := range records {
		r.WalkAttributes(func(kv attribute.KeyValue) bool { check(kv); return true })
	}
}

// withLog has a client make log records, and keeps them.
func withLog() (*logRecords, otelanalytics.Option) {
	kept := new(logRecords)
	return kept, otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(kept))))
}

// named returns the records of an event type.
func (l *logRecords) named(eventType string) []sdklog.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []sdklog.Record
	for _, r := range l.records {
		if r.EventName() == eventType {
			found = append(found, r)
		}
	}
	return found
}

// attributes returns the attributes of a record as text.
func attributes(r sdklog.Record) map[string]string {
	all := map[string]string{}
	maps.Insert(all, recordAttributes(r))
	return all
}
