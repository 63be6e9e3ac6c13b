// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// leftOver leaves a directory with 5 events that were delivered and 5 that were not.
func leftOver(t *testing.T, c eventstore.Config) (dir string) {
	t.Helper()
	c.Dir = t.TempDir()
	s := openOn(t, memsink.New(), c)
	addBatch(t, s, batch(t, 5), eventstore.AckWritten)
	flush(t, s)
	_ = shutdown(t, s, time.Second)
	s = openOn(t, new(away), c)
	addBatch(t, s, batch(t, 5), eventstore.AckWritten)
	_ = shutdown(t, s, time.Millisecond)
	return c.Dir
}

// A sink that is new to a directory begins at the journal's end, or with what the first has not got. It keeps its place.
func TestWhereANewSinkBegins(t *testing.T) {
	for _, tt := range []struct {
		name string
		from bool
		want int
	}{{"at the end", false, 1}, {"with what is pending", true, 6}} {
		t.Run(tt.name, func(t *testing.T) {
			dir := leftOver(t, eventstore.Config{})
			for i := range 3 { // the place is kept without a delivery
				c := beside(new(away))
				c.Dir, c.Sinks[0].FromPending = dir, tt.from != (i > 0) // which is about a new one alone
				s := openOn(t, new(away), c)
				if st := sinkStats(t, s); st.Pending != int64(tt.want-1) || st.Events != st.Pending {
					t.Errorf("start %d: %+v", i, st)
				}
				balanced(t, s)
				_ = shutdown(t, s, time.Millisecond)
			}
			copies := memsink.New()
			c := beside(copies)
			c.Dir = dir
			s := openOn(t, memsink.New(), c)
			add(t, s, event(t))
			flushSinks(t, s)
			if n := len(copies.Events()); n != tt.want {
				t.Errorf("%d events, want %d", n, tt.want)
			}
			balanced(t, s)
		})
	}
}

// A sink that is not configured any more keeps its events and is named, until it is taken away.
func TestSinkThatIsTakenAway(t *testing.T) {
	dir := leftOver(t, beside(new(away)))
	log := new(servicetest.Log)
	s := openOn(t, memsink.New(), eventstore.Config{Dir: dir, Logger: log.Logger()})
	flush(t, s)
	if st := sinkStats(t, s); st.Name != "copy" || st.Declared || !st.Away || st.Pending != 10 || st.OldestAge <= 0 {
		t.Errorf("%+v", st)
	}
	if h := s.Health(t.Context()); len(h.Sinks) != 1 || !strings.Contains(h.Sinks[0].Error, "remove-sink") || h.Sinks[0].Pending != 10 {
		t.Errorf("%+v", h.Sinks)
	}
	if !strings.Contains(log.String(), "sink=copy events=10") {
		t.Errorf("log:\n%s", log)
	}
	if st := s.Stats().Consumers; len(st) > 0 {
		t.Errorf("it is a consumer, too: %+v", st)
	}
	err := s.Maintain(t.Context(), func(m *eventstore.Maintenance) error { return m.ClearDelivered(t.Context()) })
	if !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "sink copy, which this process does not have, has 10 events left") {
		t.Errorf("clearing what it needs: %v", err)
	}
	if _, err := eventstore.RemoveSink(dir, "copy"); !errors.Is(err, eventstore.ErrInUse) {
		t.Errorf("taken away from a service that runs: %v", err)
	}
	_ = shutdown(t, s, time.Minute)

	r, err := eventstore.InspectJournal(t.Context(), dir)
	if err != nil || len(r.Consumers) > 0 || len(r.Sinks) != 1 || r.Sinks[0].Name != "copy" || r.Sinks[0].Pending != 10 || r.Sinks[0].Bytes == 0 || time.Since(r.Sinks[0].Oldest) > time.Hour {
		t.Errorf("%+v, %v", r, err)
	}
	if err := eventstore.DropConsumer(dir, "sink.copy"); err == nil {
		t.Error("it is dropped as a consumer")
	}
	if _, err := eventstore.RemoveSink(dir, "other"); err == nil || !strings.Contains(err.Error(), `no sink "other"`) {
		t.Errorf("one that never was: %v", err)
	}
	if _, err := eventstore.RemoveSink(t.TempDir(), "copy"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a journal: %v", err)
	}
	file := filepath.Join(dir, "quarantine.copy.jsonl")
	if err := os.WriteFile(file, []byte("{}\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	removed, err := eventstore.RemoveSink(dir, "copy")
	if want := (eventstore.RemovedSink{Undelivered: 10, Quarantined: 2, QuarantineFile: file}); err != nil || removed != want {
		t.Errorf("%+v, %v, want %+v", removed, err, want)
	}
	if r, err = eventstore.InspectJournal(t.Context(), dir); err != nil || len(r.Sinks) > 0 || len(r.Segments) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	c := beside(memsink.New())
	c.Dir = dir
	s = openOn(t, memsink.New(), c)
	if st := sinkStats(t, s); st.Events != 0 || !st.Declared {
		t.Errorf("it does not begin anew: %+v", st)
	}
}

// Room is never made by forgetting a sink.
func TestSinkIsNotGivenUp(t *testing.T) {
	dir := leftOver(t, beside(new(away)))
	s, err := eventstore.OpenSmall(memsink.New(), eventstore.Config{Dir: dir}, 1<<18)
	if err != nil {
		t.Fatal(err)
	}
	defer shutdown(t, s, time.Millisecond)
	for n := 0; err == nil && n < 10_000; n++ {
		_, err = s.Append(t.Context(), event(t), eventstore.AckWritten)
	}
	if !errors.Is(err, eventstore.ErrJournalFull) || sinkStats(t, s).Pending < 10 {
		t.Errorf("%v, %+v", err, s.Stats().Sinks)
	}
	if why := s.Health(t.Context()).JournalError; !strings.Contains(why, "sink copy") {
		t.Errorf("health: %q", why)
	}
}
