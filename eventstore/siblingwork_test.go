// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// The quarantine files of dead processes are read, replayed and cleared with the store's own, whether a directory is adopted at
// that moment or not. What processes have that are alive is counted.
func TestWorkOnAllDirectories(t *testing.T) {
	// Two directories with a refused event each, one with pending events, and one of a process that is alive.
	open := func(t *testing.T) (s *eventstore.Store, parent string) {
		parent = t.TempDir()
		alive := openOn(t, noSink(), eventstore.Config{Dir: auto(parent)})
		add(t, alive, event(t))
		pending := openOn(t, noSink(), eventstore.Config{Dir: auto(parent)})
		addBatch(t, pending, batch(t, 3), eventstore.AckWritten)
		refusing := openOn(t, new(choosy), eventstore.Config{Dir: auto(parent)})
		other := openOn(t, new(choosy), eventstore.Config{Dir: auto(parent)})
		s = openOn(t, new(memsink.Sink), eventstore.Config{Dir: auto(parent)})
		for _, dying := range []*eventstore.Store{refusing, other} {
			addBatch(t, dying, batch(t, 10), eventstore.AckWritten)
			flush(t, dying)
			if err := shutdown(t, dying, time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		_ = shutdown(t, pending, time.Millisecond)
		return s, parent
	}
	quarantined := func(t *testing.T, s *eventstore.Store) (n int) {
		for _, err := range s.ReadQuarantine() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	t.Run("replay", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, parent := open(t)
			if n := quarantined(t, s); n != 2 {
				t.Errorf("%d lines, want 2", n)
			}
			r, err := s.ReplayQuarantine(t.Context())
			if err != nil || r.Replayed != 2 || r.Left != 0 {
				t.Errorf("%+v, %v", r, err)
			}
			if st := s.Stats(); queuetest.Sum(st.Stored) != 5 || st.Recovered != 5 || len(dirs(t, parent)) != 2 {
				t.Errorf("%+v, directories %v", st, dirs(t, parent))
			}
			balanced(t, s)
		})
	})
	t.Run("maintain", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, parent := open(t)
			err := s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
				if err := m.ClearDelivered(t.Context()); err != nil {
					return err
				}
				removed, err := m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return true })
				n, failed := m.OtherProcesses()
				if damaged, err := m.DamagedSegments(); damaged != 0 || err != nil {
					t.Errorf("%d damaged segments, %v", damaged, err)
				}
				if removed != 2 || n != 1 {
					t.Errorf("%d lines removed, want 2; %d other processes, want 1", removed, n)
				}
				return errors.Join(err, failed)
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := quarantined(t, s); n != 0 || len(dirs(t, parent)) != 2 {
				t.Errorf("%d lines are left in %v", n, dirs(t, parent))
			}
			balanced(t, s)
		})
	})
	t.Run("maintain without the sink", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			parent := t.TempDir()
			var sink away
			s := openOn(t, &sink, eventstore.Config{Dir: auto(parent)})
			dead(t, parent, 5, eventstore.Config{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := s.Maintain(ctx, func(m *eventstore.Maintenance) error { return m.ClearDelivered(ctx) })
			if !errors.Is(err, eventstore.ErrPending) {
				t.Errorf("got %v, want ErrPending", err)
			}
			balanced(t, s)
			sink.back.Store(true)
			time.Sleep(time.Minute)
			synctest.Wait()
			if st := s.Stats(); st.Recovered != 5 || st.Pending != 0 || queuetest.Sum(st.Stored) != 5 {
				t.Errorf("%+v", st)
			}
		})
	})
}

// A directory is what its setting says.
func TestParentDir(t *testing.T) {
	for dir, want := range map[string]string{
		"auto": eventstore.DefaultDir, "auto:/var/lib/shop": "/var/lib/shop", "auto:": "", "auto:a:b": "a:b",
	} {
		if parent, ok := eventstore.ParentDir(dir); !ok || parent != want {
			t.Errorf("%q: %q, %v", dir, parent, ok)
		}
	}
	for _, dir := range []string{"", "./auto", "automatic", "/auto", "Auto"} {
		if parent, ok := eventstore.ParentDir(dir); ok || parent != dir {
			t.Errorf("%q: %q, %v", dir, parent, ok)
		}
	}
	if err := (eventstore.Config{Dir: "auto:"}).Validate(); err == nil {
		t.Error("a path that is empty is taken")
	}
}
