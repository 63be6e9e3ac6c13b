// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// keptIn leaves events in quarantine for which its file, which is a directory, has no room: the journal is full of them. It
// returns how many were accepted, and how many of them are refused.
func keptIn(t *testing.T, dir string) (s *eventstore.Store, accepted, refused int) {
	t.Helper()
	obstacle := filepath.Join(dir, "quarantine.jsonl")
	if err := os.Mkdir(obstacle, 0o700); err != nil {
		t.Fatal(err)
	}
	s = openKept(t, dir)
	pad := bson.E{Key: "pad", Value: strings.Repeat("x", 4_000)}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range 400 { // six times what the journal holds
		n := int64(i)
		if i%2 == 0 {
			n = -n - 1
			refused++
		}
		if _, err := s.Append(ctx, event(t, bson.E{Key: "n", Value: n}, pad), eventstore.AckWritten); err != nil {
			t.Fatalf("event %d: %v; %+v", i, err, s.Stats())
		}
		accepted++
	}
	return s, accepted, refused
}

// openKept opens a small journal whose sink refuses events with negative numbers.
func openKept(t *testing.T, dir string) *eventstore.Store {
	t.Helper()
	sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
		return verdictsOf(events, func(n int64) eventstore.Outcome {
			if n < 0 {
				return eventstore.Refused
			}
			return eventstore.Stored
		}), nil
	})
	s, err := eventstore.OpenSmall(sink, eventstore.Config{
		Dir: dir, JournalFull: eventstore.Block, Logger: slog.New(slog.DiscardHandler),
	}, 1<<18)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shutdown(t, s, time.Millisecond) })
	return s
}

// numbersIn lists the numbers of the events in quarantine, each of which is there once.
func numbersIn(t *testing.T, dir string) map[int64]bool {
	t.Helper()
	got := map[int64]bool{}
	for e, err := range eventstore.ReadQuarantine(dir) {
		if err != nil {
			t.Fatal(err)
		}
		n, _ := bson.Raw(e.Document).Lookup("n").AsInt64OK()
		if got[n] || e.Reason != "odd" || e.Problem != "" || e.Time.IsZero() {
			t.Errorf("event %d, there already %v: reason %q, problem %q, at %v", n, got[n], e.Reason, e.Problem, e.Time)
		}
		got[n] = true
	}
	return got
}

// A quarantine file that cannot be written does not fill the journal: refused events are kept in its segments, are in quarantine,
// and move to the file once it can be written, by this process or another one.
func TestRefusedEventsDoNotFillTheJournal(t *testing.T) {
	for name, finish := range map[string]func(*testing.T, string, *eventstore.Store) *eventstore.Store{
		"by the process": func(_ *testing.T, _ string, s *eventstore.Store) *eventstore.Store { return s },
		"by the next one": func(t *testing.T, dir string, s *eventstore.Store) *eventstore.Store {
			_ = shutdown(t, s, time.Millisecond)
			return openKept(t, dir)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, accepted, refused := keptIn(t, dir)
			balanced(t, s)
			if st := s.Stats(); queuetest.Sum(st.Quarantined) == 0 || st.Errors["quarantine"] == 0 {
				t.Errorf("none is in quarantine: %+v", st)
			}
			kept := int64(0)
			for _, err := range s.ReadQuarantine() {
				if err != nil {
					break // what has the file's name cannot be read either
				}
				kept++
			}
			if kept == 0 {
				t.Error("none is shown")
			}
			if err := os.Remove(filepath.Join(dir, "quarantine.jsonl")); err != nil {
				t.Fatal(err)
			}
			s = finish(t, dir, s)
			flush(t, s)
			balanced(t, s)
			// Whoever needs them in the file has them there.
			if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != int64(refused) || r.Left != 0 {
				t.Errorf("replayed %+v of %d, %v", r, refused, err)
			}
			flush(t, s)
			wantOneLineEach(t, dir, refused)
			if got := numbersIn(t, dir); len(got) != refused {
				t.Errorf("%d of %d in quarantine, of %d", len(got), refused, accepted)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "journal", "*.kept")); len(left) > 0 {
				t.Errorf("%v are left", left)
			}
		})
	}
}

// A deletion finds what is kept in segments, too, and leaves no file of the journal with it. It says so when it cannot.
func TestDeletingWhatIsKept(t *testing.T) {
	dir := t.TempDir()
	s, _, refused := keptIn(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	remove := func(ctx context.Context) (removed int64, err error) {
		err = s.Maintain(ctx, func(m *eventstore.Maintenance) error {
			if err := m.ClearDelivered(ctx); err != nil {
				return err
			}
			removed, err = m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return true })
			return err
		})
		return removed, err
	}
	if removed, err := remove(ctx); err == nil {
		t.Errorf("%d removed from a file that cannot be written", removed)
	}
	if err := os.Remove(filepath.Join(dir, "quarantine.jsonl")); err != nil {
		t.Fatal(err)
	}
	removed, err := remove(t.Context())
	if err != nil || removed != int64(refused) {
		t.Errorf("%d removed of %d, %v", removed, refused, err)
	}
	for name, files := range map[string]string{"of the journal": "*.journal", "that are kept": "*.kept"} {
		if left, _ := filepath.Glob(filepath.Join(dir, "journal", files)); len(left) > 0 {
			t.Errorf("files %s: %v", name, left)
		}
	}
	if got := numbersIn(t, dir); len(got) > 0 {
		t.Errorf("%d are left", len(got))
	}
}
