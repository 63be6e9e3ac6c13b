// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// TestDamagedJournal damages the middle of a journal and expects every other event, and the exact count of
// those that are lost.
func TestDamagedJournal(t *testing.T) {
	dir := t.TempDir()
	s := openOn(t, new(away), eventstore.Config{Dir: dir})
	const events = 2_000
	for range events {
		add(t, s, event(t, bson.E{Key: "pad", Value: strings.Repeat("x", 200)}))
	}
	_ = shutdown(t, s, time.Millisecond)
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.journal"))
	if err != nil || len(segments) != 1 {
		t.Fatal(segments, err)
	}
	f, err := os.OpenFile(segments[0], os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, 100), 5*32<<10+1_000); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var log servicetest.Log
	sink := memsink.New()
	s = openOn(t, sink, eventstore.Config{Dir: dir, Logger: log.Logger()})
	flush(t, s)
	st := s.Stats()
	if st.Lost < 1 || st.Lost > 140 || st.Recovered != events || int64(len(sink.Events())) != events-st.Lost {
		t.Errorf("%+v and %d delivered, want the damaged block's events lost and no other", st, len(sink.Events()))
	}
	balanced(t, s)
	if !strings.Contains(log.String(), fmt.Sprintf("events=%d", st.Lost)) {
		t.Errorf("the log does not say how many events are lost:\n%s", &log)
	}
}
