// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// A process that does not have a sink gives the directory of a dead one back, with what the sink has not got. It says nothing of the
// sink any more. A process that has the sink delivers that, and removes the directory.
func TestAdoptedDirectoryOfAnotherSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := t.TempDir()
		s := openOn(t, new(memsink.Sink), eventstore.Config{Dir: auto(parent)})
		left := dead(t, parent, 10, beside(new(away)))
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if st := s.Stats(); st.Recovered != 10 || st.Pending != 0 || len(st.Sinks) != 0 {
			t.Errorf("%+v", st)
		}
		if h := s.Health(t.Context()); len(h.Sinks) != 0 {
			t.Errorf("it is not well for a directory that it does not have: %+v", h.Sinks)
		}
		balanced(t, s)
		_ = shutdown(t, s, time.Minute)
		if r, err := eventstore.InspectJournal(t.Context(), left); err != nil || len(r.Sinks) != 1 || r.Sinks[0].Pending != 10 {
			t.Fatalf("%+v, %v", r, err)
		}
		copies := memsink.New()
		c := beside(copies)
		c.Dir = auto(parent)
		s = openOn(t, new(memsink.Sink), c)
		flushSinks(t, s)
		if n := len(copies.Events()); n != 10 {
			t.Errorf("the sink has %d events, want 10", n)
		}
		balanced(t, s)
		if err := shutdown(t, s, time.Minute); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(left); !os.IsNotExist(err) {
			t.Errorf("the directory is left: %v", err)
		}
	})
}

// Shutdown tells what a sink has not got of the directory of a dead process, also when it interrupts the wait for the sink.
func TestShutdownTellsOfAdoptedDirectories(t *testing.T) {
	for range 20 { // whoever tends the directory ends at the same time
		synctest.Test(t, func(t *testing.T) {
			parent := t.TempDir()
			c := beside(new(away))
			c.Dir = auto(parent)
			s := openOn(t, new(memsink.Sink), c)
			dead(t, parent, 10, beside(new(away)))
			time.Sleep(70 * time.Second) // within a minute it is adopted, and kept for a minute
			synctest.Wait()
			if st := s.Stats(); st.Recovered != 10 || st.Pending != 0 {
				t.Errorf("%+v", st)
			}
			if err := shutdown(t, s, time.Second); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "sink copy does not have 10 events") {
				t.Errorf("Shutdown says %v", err)
			}
		})
	}
}
