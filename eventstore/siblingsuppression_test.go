// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
)

// A suppressed user's events in the directories of dead processes are not delivered: neither those that wait, nor those in
// quarantine, which a replay removes. They were accepted before the user was suppressed.
func TestSuppressedInAdoptedDirectories(t *testing.T) {
	parent := t.TempDir()
	var processes []*eventstore.Store
	for _, sink := range []eventstore.Sink{noSink(), noSink(), refusing{}} {
		// refusing has another name than memsink, so that its directory needs the mark of the others.
		s := openOn(t, named{sink}, eventstore.Config{Dir: auto(parent)})
		addFour(t, s)
		processes = append(processes, s)
	}
	flush(t, processes[2])
	for _, s := range processes {
		_ = shutdown(t, s, 0)
	}
	if left := quarantineLines(t, parent); bytes.Count(left, []byte("ada")) != 2 {
		t.Fatalf("the quarantine has\n%s", left)
	}

	sink := memsink.New()
	s := openOn(t, named{sink}, eventstore.Config{Dir: auto(parent), Suppression: ban("ada")})
	r, err := s.ReplayQuarantine(t.Context())
	if err != nil || r.Suppressed != 2 || r.Replayed != 2 {
		t.Errorf("%+v, %v, want 2 suppressed and 2 replayed", r, err)
	}
	eventually(t, func() bool { flush(t, s); return len(dirs(t, parent)) == 1 })
	if n := users(sink); n["ada"] != 0 || n["bob"] != 6 {
		t.Errorf("delivered %v, want 6 of bob alone", n)
	}
	if st := s.Stats(); queuetest.Sum(st.Suppressed) < 4 || queuetest.Sum(st.Stored) != 6 {
		t.Errorf("%+v, want those suppressed that waited, and 6 stored", st)
	}
	balanced(t, s)
	if left := quarantineLines(t, parent); len(left) > 0 {
		t.Errorf("left in quarantine:\n%s", left)
	}
}

// named has one name, whatever sink is in it.
type named struct{ eventstore.Sink }

// quarantineLines returns what is in quarantine below a parent.
func quarantineLines(t *testing.T, parent string) (all []byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(parent, "*", "quarantine.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}
