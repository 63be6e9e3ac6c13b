// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
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
	limit int
	asked int
}

func (l *limited) MaxEventBytes() int {
	l.asked++
	if l.limit == panics {
		panic("s3cret")
	}
	return l.limit
}

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
			first, other := &limited{limit: tt.first}, &limited{limit: tt.other}
			s := openOn(t, first, beside(other))
			if n, _ := s.MaxEventBytes(); n != tt.want || first.asked != 1 || other.asked != 1 {
				t.Errorf("the limit is %d, want %d; asked %d and %d times", n, tt.want, first.asked, other.asked)
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
