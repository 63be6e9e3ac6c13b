// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

func TestSinksThatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct {
		config eventstore.Config
		want   string
	}{
		"no name":          {eventstore.Config{Sinks: []eventstore.SinkConfig{{Sink: memsink.New()}}}, `the name ""`},
		"a long name":      {eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: strings.Repeat("n", 33), Sink: memsink.New()}}}, "1 to 32"},
		"a path":           {eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: "../x", Sink: memsink.New()}}}, `"../x"`},
		"capitals":         {eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: "Copy", Sink: memsink.New()}}}, `"Copy"`},
		"twice":            {eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: "a", Sink: memsink.New()}, {Name: "a", Sink: memsink.New()}}}, "two sinks"},
		"nil":              {eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: "a"}}}, "is nil"},
		"a batch too many": {eventstore.Config{Sinks: []eventstore.SinkConfig{{Name: "a", Sink: memsink.New(), BatchSize: 1e6}}}, "BatchSize"},
		"a consumer":       {eventstore.Config{Consumers: []eventstore.Consumer{memsink.NewConsumer("sink.a").Consumer()}}, `begins with "sink."`},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tt.config.Validate(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	longest := beside(memsink.New())
	longest.Sinks[0].Name = "0_-" + strings.Repeat("n", 29)
	s := openOn(t, memsink.New(), longest)
	add(t, s, event(t))
	flushSinks(t, s)
}

// limited is a sink in memory that takes no larger document.
type limited struct {
	memsink.Sink
	limit atomic.Int64
}

func newLimited(limit int) *limited {
	l := &limited{}
	l.limit.Store(int64(limit))
	return l
}

func (l *limited) MaxEventBytes() int {
	n := int(l.limit.Load())
	if n == panics {
		panic("s3cret")
	}
	return n
}

func (l *limited) Ping(context.Context) error { return nil }

func (l *limited) Name() string { return "nats" }

const panics = -2

// A document that is larger than a sink takes is refused, and the error names the sink.
func TestLimitOfASink(t *testing.T) {
	const some = 10_000
	padded := func(size int) eventstore.Event {
		e := event(t, bson.E{Key: "text", Value: ""})
		return event(t, bson.E{Key: "text", Value: strings.Repeat("t", size-len(e.Document))})
	}
	for name, tt := range map[string]struct {
		first, other int
		want         int
		named        string
	}{
		"none":                  {0, -1, eventstore.MaxDocumentBytes, "16 MiB"},
		"of the first":          {some, 0, some, "nats takes at most 10000"},
		"of another":            {0, some, some, "sink copy takes at most 10000"},
		"the smallest":          {2 * some, some, some, "sink copy takes at most 10000"},
		"more than MongoDB":     {1 << 30, 1 << 30, eventstore.MaxDocumentBytes, "16 MiB"},
		"of a sink that panics": {panics, some, some, "sink copy"},
	} {
		t.Run(name, func(t *testing.T) {
			first, other := newLimited(tt.first), newLimited(tt.other)
			s := openOn(t, first, beside(other))
			if n, _ := s.MaxEventBytes(); n != tt.want {
				t.Errorf("the limit is %d, want %d", n, tt.want)
			}
			if tt.want == some {
				add(t, s, padded(some))
			}
			large := padded(tt.want + 1)
			_, err := s.Append(t.Context(), large, eventstore.AckWritten)
			if !errors.Is(err, eventstore.ErrTooLarge) || !strings.Contains(err.Error(), tt.named) {
				t.Errorf("one: %v", err)
			}
			n, _, err := s.AppendBatch(t.Context(), []eventstore.Event{event(t), large}, eventstore.AckWritten)
			if n != 0 || !errors.Is(err, eventstore.ErrTooLarge) || !strings.Contains(err.Error(), tt.named) || !strings.Contains(err.Error(), "event 1") {
				t.Errorf("a batch: %d, %v", n, err)
			}
			flush(t, s)
			flushSinks(t, s)
			for _, sink := range []*limited{first, other} {
				for _, e := range sink.Events() {
					if bytes.Equal(e.Document, large.Document) {
						t.Error("it is delivered")
					}
				}
			}
		})
	}
}

// A limit may change: a delivery and a ping find the new one, which the log has, and one that panics leaves it as it was.
func TestLimitThatChanges(t *testing.T) {
	var log servicetest.Log
	other := newLimited(0)
	c := beside(other)
	c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s := openOn(t, memsink.New(), c)
	holds := func(want int) {
		t.Helper()
		if n, sink := s.MaxEventBytes(); n != want || (sink == "sink copy") != (want < eventstore.MaxDocumentBytes) {
			t.Errorf("the limit is %d of %q, want %d", n, sink, want)
		}
	}
	holds(eventstore.MaxDocumentBytes)
	for _, limit := range []int{5_000, 300, 20_000} {
		other.limit.Store(int64(limit))
		s.Health(t.Context())
		holds(limit)
	}
	other.limit.Store(1_000)
	add(t, s, event(t))
	flushSinks(t, s)
	holds(1_000)
	if _, err := s.Append(t.Context(), event(t, bson.E{Key: "text", Value: strings.Repeat("t", 1_000)}), eventstore.AckWritten); !errors.Is(err, eventstore.ErrTooLarge) {
		t.Errorf("a larger one: %v", err)
	}
	other.limit.Store(panics)
	s.Health(t.Context())
	holds(1_000)
	if text := log.String(); !strings.Contains(text, "bytes=300 before=5000 limited_by=\"sink copy\"") || strings.Contains(text, "s3cret") {
		t.Errorf("the log:\n%s", text)
	}
}
