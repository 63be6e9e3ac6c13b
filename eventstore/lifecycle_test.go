// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// TestLifeOfASink prepares it first, closes it once, and not at all when the store could not be opened.
func TestLifeOfASink(t *testing.T) {
	dir := t.TempDir()
	var sink, second scripted
	s := openOn(t, &sink, eventstore.Config{Dir: dir})
	if _, err := eventstore.Open(t.Context(), &second, eventstore.Config{Dir: dir}); !errors.Is(err, eventstore.ErrInUse) {
		t.Errorf("a second store: %v", err)
	}
	add(t, s, event(t))
	flush(t, s)
	for range 2 {
		if err := shutdown(t, s, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if sink.prepared != 1 || sink.closed != 1 || second.prepared != 0 || second.closed != 0 {
		t.Errorf("prepared %d and closed %d times; the other %d and %d", sink.prepared, sink.closed, second.prepared, second.closed)
	}
	if n := s.Stats().Errors["prepare"]; n != 1 || len(s.Stats().Errors) != 1 {
		t.Errorf("%v, want one error of Prepare", s.Stats().Errors)
	}
}

// TestSinkThatDoesNotReturn: Shutdown does not wait for ever for a sink that ignores its context, and what it answers later
// changes nothing.
func TestSinkThatDoesNotReturn(t *testing.T) {
	e := event(t)
	synctest.Test(t, func(t *testing.T) {
		dir, goOn := t.TempDir(), make(chan struct{})
		sink := &scripted{answer: func(_ int, events []eventstore.Event) ([]eventstore.Verdict, error, bool) {
			<-goOn
			return []eventstore.Verdict{{Outcome: eventstore.Refused}}, nil, true
		}}
		s := openOn(t, sink, eventstore.Config{Dir: dir})
		add(t, s, e)
		synctest.Wait()
		began := time.Now()
		if err := shutdown(t, s, time.Second); !errors.Is(err, eventstore.ErrPending) {
			t.Errorf("shutdown: %v, want ErrPending", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("shutdown took %v", took)
		}
		close(goOn)
		synctest.Wait()
		if st := s.Stats(); len(st.Quarantined) > 0 || st.Pending != 1 || sink.closed != 0 {
			t.Errorf("%+v, closed %d times; want the late answer to change nothing", st, sink.closed)
		}
		if _, err := os.Stat(filepath.Join(dir, "quarantine.jsonl")); err == nil {
			t.Error("the late answer was written to the quarantine file")
		}
	})
}

// TestOpenHonoursItsContext gives up before it has read a journal, and leaves the directory to the next.
func TestOpenHonoursItsContext(t *testing.T) {
	dir := t.TempDir()
	s := openOn(t, &scripted{answer: func(int, []eventstore.Event) ([]eventstore.Verdict, error, bool) {
		return nil, errors.New("out"), true
	}}, eventstore.Config{Dir: dir})
	addBatch(t, s, batch(t, 3), eventstore.AckSynced)
	_ = shutdown(t, s, time.Millisecond)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := eventstore.Open(ended, memsink.New(), eventstore.Config{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	sink := memsink.New()
	s = openOn(t, sink, eventstore.Config{Dir: dir})
	flush(t, s)
	if n := len(sink.Events()); n != 3 || s.Stats().Recovered != 3 {
		t.Errorf("%d events, %+v", n, s.Stats())
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	_, err := eventstore.Open(t.Context(), nil, eventstore.Config{JournalBytes: 1, JournalFull: 9, SyncInterval: -1, BatchSize: 1e6})
	want := `eventstore: the sink is nil; package mongostore has the one for MongoDB
eventstore: Config.JournalBytes is 1; it must be at least 4194304 (4 MiB)
eventstore: Config.JournalFull is 9; known are Reject (0) and Block (1)
eventstore: Config.SyncInterval is -1ns; it must be at least 1ms
eventstore: Config.BatchSize is 1000000; it must be between 1 and 100000`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err := (eventstore.Config{}).Validate(); err != nil {
		t.Errorf("the zero configuration: %v", err)
	}
}
