// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// gate is a sink in memory that takes nothing before it is opened.
type gate struct {
	*memsink.Sink
	open chan struct{}
}

func newGate() gate { return gate{memsink.New(), make(chan struct{})} }

func (g gate) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	select {
	case <-g.open:
		return g.Sink.Deliver(ctx, events)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// People move and remove the files of a service that runs. It calls nothing durable that no later start finds, refuses
// plain events within one sync pass, is not ready, says once what to do, does not promise that the next start delivers,
// and delivers what it accepted before while it runs.
func TestDisplacedJournal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files that are open cannot be moved there")
	}
	for _, tt := range []struct {
		name string
		do   func(dir string) error
	}{
		{"data directory removed", os.RemoveAll},
		{"data directory removed and made again", func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Join(dir, "journal"), 0o700))
		}},
		{"data directory renamed", func(dir string) error { return os.Rename(dir, dir+".old") }},
		{"data directory replaced by a copy", func(dir string) error {
			return errors.Join(os.Rename(dir, dir+".old"), os.CopyFS(dir, os.DirFS(dir+".old")))
		}},
		{"journal removed", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "journal")) }},
		{"files of the journal removed", func(dir string) error {
			names, err := filepath.Glob(filepath.Join(dir, "journal", "*"))
			for _, name := range names {
				err = errors.Join(err, os.Remove(name))
			}
			return err
		}},
		{"lock removed", func(dir string) error { return os.Remove(filepath.Join(dir, "journal", "lock")) }},
		{"lock replaced", func(dir string) error {
			lock := filepath.Join(dir, "journal", "lock")
			return errors.Join(os.WriteFile(lock+".new", nil, 0o600), os.Rename(lock+".new", lock))
		}},
		{"segment removed", func(dir string) error {
			return os.Remove(filepath.Join(dir, "journal", "00000000000000000001.journal"))
		}},
		{"segment replaced by a copy", func(dir string) error {
			name := filepath.Join(dir, "journal", "00000000000000000001.journal")
			content, err := os.ReadFile(name)
			return errors.Join(err, os.WriteFile(name+".new", content, 0o600), os.Rename(name+".new", name))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sink, text := newGate(), new(servicetest.Log)
			dir := filepath.Join(t.TempDir(), "data")
			s := openOn(t, sink, eventstore.Config{Dir: dir, Logger: text.Logger()})
			appended := func(ack eventstore.Ack) error {
				r, err := s.Append(t.Context(), event(t), ack)
				if err != nil {
					return err
				}
				return r.Wait(t.Context())
			}
			for range 10 {
				if err := appended(eventstore.AckSynced); err != nil {
					t.Fatal(err)
				}
			}
			if err := tt.do(dir); err != nil {
				t.Fatal(err)
			}
			accepted := 10
			for range 30 {
				err := appended(eventstore.AckSynced)
				if err == nil {
					t.Fatal("called durable")
				}
				if errors.Is(err, eventstore.ErrNotDurable) {
					accepted++
				}
			}
			if accepted != 11 {
				t.Errorf("%d were accepted after it, want 1, until the first sync pass", accepted-10)
			}
			if err := appended(eventstore.AckWritten); err == nil || !strings.Contains(err.Error(), "removed or replaced") {
				t.Errorf("a plain event: %v", err)
			}
			if h := s.Health(t.Context()); !strings.Contains(h.JournalError, "removed or replaced") {
				t.Errorf("%+v", h)
			}
			if n := strings.Count(text.String(), "level=ERROR"); n != 1 || strings.Count(text.String(), "No event is accepted until") != 1 {
				t.Errorf("%d errors in the log, want one:\n%s", n, text.String())
			}
			if err := s.Flush(canceled()); !errors.Is(err, eventstore.ErrPending) || strings.Contains(err.Error(), "the next Open delivers") || !strings.Contains(err.Error(), "may not find") {
				t.Errorf("Flush promises: %v", err)
			}
			close(sink.open)
			flush(t, s)
			if n := len(sink.Events()); n != accepted {
				t.Errorf("%d of %d were delivered", n, accepted)
			}
			balanced(t, s)
			_ = shutdown(t, s, time.Minute)
			if n := strings.Count(text.String(), "level=ERROR"); n != 1 {
				t.Errorf("%d errors in the log, want one:\n%s", n, text.String())
			}
		})
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// With the lock removed, a second process opens the journal. What either of them accepted is delivered by one of them or by
// a third, and the first writes nothing more that the others read.
func TestSecondStoreAfterTheLockWasRemoved(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the lock cannot be removed there")
	}
	dir, text := t.TempDir(), new(servicetest.Log)
	first, second, third := newGate(), newGate(), memsink.New()
	c := eventstore.Config{Dir: dir, Logger: text.Logger()}
	a := openOn(t, first, c)
	accepted := map[[16]byte]bool{}
	put := func(s *eventstore.Store, n int, ack eventstore.Ack) {
		for range n {
			e := event(t)
			r, err := s.Append(t.Context(), e, ack)
			if err != nil {
				continue
			}
			accepted[e.ID] = true
			_ = r.Wait(t.Context())
		}
	}
	put(a, 5, eventstore.AckSynced)
	if err := os.Remove(filepath.Join(dir, "journal", "lock")); err != nil {
		t.Fatal(err)
	}
	b := openOn(t, second, c)
	put(a, 5, eventstore.AckWritten)
	put(b, 5, eventstore.AckSynced)
	put(a, 5, eventstore.AckSynced)
	put(b, 5, eventstore.AckSynced)
	close(first.open)
	flush(t, a)
	_ = shutdown(t, a, time.Minute)
	put(b, 5, eventstore.AckSynced)
	_ = b.Shutdown(canceled())
	s := openOn(t, third, c)
	flush(t, s)
	got := map[[16]byte]bool{}
	for _, sink := range []*memsink.Sink{first.Sink, second.Sink, third} {
		for _, e := range sink.Events() {
			got[e.ID] = true
		}
	}
	for id := range accepted {
		if !got[id] {
			t.Errorf("%x was accepted, and nobody delivered it", id)
		}
	}
	if len(accepted) < 20 {
		t.Errorf("%d accepted; the second process goes on", len(accepted))
	}
	if s.Stats().Lost != 0 || strings.Count(text.String(), "damage") != 0 {
		t.Errorf("%d lost:\n%s", s.Stats().Lost, text.String())
	}
}
