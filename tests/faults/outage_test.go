// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// impatient has a driver notice soon that a server is away.
const impatient = "?serverSelectionTimeoutMS=300&heartbeatFrequencyMS=500"

// ours starts a MongoDB server that the test may stop.
func ours(t *testing.T) *mongotest.Server {
	t.Helper()
	server := mongotest.Start(t)
	if !server.CanStop() {
		skip(t, "the server that OTELANALYTICS_TEST_MONGODB_URI names is not ours to stop")
	}
	return server
}

// TestMongoDBIsDown has MongoDB away when the service starts, and again, killed, in mid-run.
func TestMongoDBIsDown(t *testing.T) {
	t.Parallel()
	server := ours(t)
	db := server.Database(t)
	server.Stop()
	s := start(t, settings{URI: server.URI() + impatient, Database: db.Name()})
	s.accepts(order{Prefix: "before", Number: 1_500, Pad: -1})
	if p := scrape(t, s.url); p.Pending() != 1_500 || p.Sum("otelanalytics_journal_oldest_age_seconds") <= 0 {
		t.Errorf("%d pending, the oldest for %v s", p.Pending(), p.Sum("otelanalytics_journal_oldest_age_seconds"))
	}
	server.Start()
	s.accepts(order{Prefix: "while it is there", Number: 1_000, Pad: 100, Ack: "stored", Batch: 100})
	server.Kill()
	s.accepts(order{Prefix: "in mid-run", Number: 1_500, Pad: -1, Ack: "synced", Batch: 10})
	server.Start()
	p := s.settled(func() map[string]int { return storedIn(t, db) })
	if p.Sum("otelanalytics_store_errors_total") == 0 {
		t.Error("the outages are not counted")
	}
	log := s.log.String()
	if n := strings.Count(log, "cannot write"); n < 1 || n > 4 {
		t.Errorf("two outages are in the log %d times:\n%s", n, log)
	}
}

// TestBeyondTheBound has MongoDB away until the journal is full: the policy does what it says, and the service goes
// on by itself when MongoDB is back.
func TestBeyondTheBound(t *testing.T) {
	const bound, pad = 64 << 20, 1 << 20
	for _, c := range []struct {
		name  string
		block bool
	}{{"reject", false}, {"block", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := ours(t)
			db := server.Database(t)
			server.Stop()
			s := start(t, settings{URI: server.URI() + impatient, Database: db.Name(), JournalBytes: bound, Block: c.block})
			var first error
			for i := 0; first == nil; i++ {
				s.track(t.Context(), order{Prefix: string(rune('a' + i)), Number: 1, Pad: pad, Limit: 50 * time.Millisecond},
					func(name string, err error) { s.truth.heard(name, err); first = err })
			}
			accepted, _ := s.truth.numbers()
			if accepted < 40 || accepted > bound/pad {
				t.Errorf("%d events of 1 MiB were accepted", accepted)
			}
			if !strings.Contains(first.Error(), otelanalytics.ErrJournalFull.Error()) || strings.Contains(first.Error(), "deadline") != c.block {
				t.Errorf("got %v", first)
			}
			if h := s.client.Health(t.Context()); h.Status != otelanalytics.StatusUnavailable || !strings.Contains(h.JournalError, "full") {
				t.Errorf("health of a service with a full journal: %+v", h)
			}
			waited := make(chan struct{})
			go func() {
				defer close(waited)
				if c.block { // without a limit: it waits for room
					s.track(t.Context(), order{Prefix: "waits", Number: 3, Pad: pad}, s.truth.heard)
				}
			}()
			server.Start()
			<-waited
			s.flush()
			s.accepts(order{Prefix: "after", Number: 20, Pad: pad})
			s.settled(func() map[string]int { return storedIn(t, db) })
		})
	}
}
