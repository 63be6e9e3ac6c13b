// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// An event that a sink behind the first refuses is in the quarantine of that sink alone, whatever way the sink says so. The others
// have it, and the events beside it are delivered.
func TestQuarantineOfASink(t *testing.T) {
	for name, refuse := range map[string]func(sink *memsink.Sink) sinkFunc{
		"by a verdict": func(sink *memsink.Sink) sinkFunc { return new(choosy).Deliver },
		"by an error": func(sink *memsink.Sink) sinkFunc {
			return refuseAll(func(n int64) bool { return n == 3 }, eventstore.BlameEvents)
		},
		"after ten attempts": func(sink *memsink.Sink) sinkFunc {
			return refuseAll(func(n int64) bool { return n == 3 }, eventstore.BlameUnknown)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := memsink.New()
			c := beside(refuse(nil))
			c.Dir = t.TempDir()
			s := openOn(t, first, c)
			var unstored int
			s.OnUnstored(func([]eventstore.Unstored) { unstored++ })
			events := batch(t, 50)
			addBatch(t, s, events, eventstore.AckWritten)
			stop := keepAdding(t, s) // a suspect is condemned once others were taken
			flushSinks(t, s)
			stop()
			flush(t, s)
			flushSinks(t, s)
			st := sinkStats(t, s)
			if queuetest.Sum(st.Quarantined) != 1 || st.Stored != st.Events-1 || len(s.Stats().Quarantined) != 0 || int64(len(first.Events())) != st.Events || unstored != 0 {
				t.Errorf("%+v, the first has %d", st, len(first.Events()))
			}
			balanced(t, s)
			if tested() == eventstore.Memory {
				return
			}
			var lines []eventstore.QuarantinedEvent
			for e, err := range eventstore.ReadSinkQuarantine(c.Dir, "copy") {
				if err != nil {
					t.Fatal(err)
				}
				lines = append(lines, e)
			}
			if len(lines) != 1 || number(eventstore.Event{Document: lines[0].Document}) != 3 || lines[0].Problem != "" {
				t.Errorf("%+v", lines)
			}
			if names, err := eventstore.QuarantinedSinks(c.Dir); err != nil || len(names) != 1 || names[0] != "copy" {
				t.Errorf("%v, %v", names, err)
			}
			for e := range s.ReadQuarantine() {
				t.Errorf("the first sink's quarantine has %+v", e)
			}
		})
	}
}

// refuseAll is a sink that fails as a whole when it is offered an event that it does not take.
func refuseAll(bad func(n int64) bool, blame eventstore.Blame) sinkFunc {
	return func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
		for _, e := range events {
			if _, err := bson.Raw(e.Document).LookupErr("n"); err == nil && bad(number(e)) {
				return nil, &eventstore.DeliveryError{Kind: "command", Blame: blame, Err: errAway}
			}
		}
		return verdictsOf(events, allStored), nil
	}
}

// keepAdding adds events without a number until stop is called.
func keepAdding(t *testing.T, s *eventstore.Store) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_, _ = s.Append(t.Context(), event(t), eventstore.AckWritten)
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// A replay of a sink's quarantine offers its events to all sinks once more. Each has them once.
func TestReplayOfASink(t *testing.T) {
	first, dir := memsink.New(), t.TempDir()
	c := beside(new(choosy))
	c.Dir = dir
	s := openOn(t, first, c)
	addBatch(t, s, batch(t, 10), eventstore.AckWritten)
	flushSinks(t, s)
	if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 0 {
		t.Errorf("of the first sink: %+v, %v", r, err)
	}
	if r, err := s.ReplayQuarantine(t.Context(), eventstore.ReplayOfSink("copy")); err != nil || r.Replayed != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	flushSinks(t, s)
	if st := sinkStats(t, s); queuetest.Sum(st.Quarantined) != 2 || st.Events != 11 {
		t.Errorf("it is not refused again: %+v", st)
	}
	if _, err := s.ReplayQuarantine(t.Context(), eventstore.ReplayOfSink("other")); err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("of a sink that there is not: %v", err)
	}
	balanced(t, s)
	_ = shutdown(t, s, time.Minute)

	copies := memsink.New()
	c.Sinks[0].Sink = copies
	s = openOn(t, first, c)
	if r, err := s.ReplayQuarantine(t.Context(), eventstore.ReplayOfSink("copy")); err != nil || r.Replayed != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	flush(t, s)
	flushSinks(t, s)
	if len(copies.Events()) != 1 || len(first.Events()) != 10 || s.Stats().Redelivered != 1 {
		t.Errorf("the sink has %d, the first %d: %+v", len(copies.Events()), len(first.Events()), s.Stats())
	}
	if text, err := os.ReadFile(filepath.Join(dir, "quarantine.copy.jsonl")); err != nil || len(text) > 0 {
		t.Errorf("left: %s, %v", text, err)
	}
	balanced(t, s)
}

// What removes a user's lines removes them for all sinks, also for one that is not configured any more.
func TestRemovalCoversTheQuarantineOfSinks(t *testing.T) {
	for _, declared := range []bool{true, false} {
		for _, how := range []string{"maintenance", "suppression"} {
			dir := t.TempDir()
			c := beside(refusing{})
			c.Dir = dir
			s := openOn(t, memsink.New(), c)
			for _, user := range []string{"ada", "bob"} {
				add(t, s, eventOf(t, user))
			}
			flushSinks(t, s)
			_ = shutdown(t, s, time.Minute)
			if !declared {
				if _, err := eventstore.RemoveSink(dir, "copy"); err != nil {
					t.Fatal(err)
				}
				c.Sinks = nil
			}
			if how == "suppression" {
				c.Suppression = ban("ada")
			}
			s = openOn(t, memsink.New(), c)
			var err error
			if how == "suppression" {
				_, err = s.ReplayQuarantine(t.Context())
			} else {
				err = s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
					n, err := m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return strings.Contains(string(e.Document), "ada") })
					if n != 1 {
						t.Errorf("%d lines", n)
					}
					return err
				})
			}
			if err != nil {
				t.Error(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, "quarantine.copy.jsonl"))
			if err != nil || strings.Contains(string(text), "ada") || !strings.Contains(string(text), "bob") {
				t.Errorf("declared %v, %s: left %s, %v", declared, how, text, err)
			}
			_ = shutdown(t, s, time.Minute)
		}
	}
}

// A directory of a dead process with lines of a sink stays.
func TestDirectoryWithQuarantineOfASinkStays(t *testing.T) {
	parent := t.TempDir()
	c := beside(refusing{})
	c.Dir = auto(parent)
	s := openOn(t, memsink.New(), c)
	add(t, s, event(t))
	flushSinks(t, s)
	_ = shutdown(t, s, time.Minute)
	if files, _ := filepath.Glob(filepath.Join(parent, "*", "quarantine.copy.jsonl")); len(files) != 1 {
		t.Errorf("left: %v", files)
	}
}
