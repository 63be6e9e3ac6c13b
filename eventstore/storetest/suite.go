// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// suite is one test on one sink.
type suite struct {
	testing.TB
	Subject
	deduplicates, distinguishes bool
	// patience is how long a sink that works may take for one delivery, and a queue for all; grace is how long Deliver may
	// take to return after its context has ended. outage is how long a queue meets a sink that is away.
	patience, grace, outage time.Duration
}

// private stands in every document, and must stand in no error.
const private = "storetest-private-7c1f"

func newSuite(t testing.TB, h Harness) *suite {
	t.Helper()
	s := &suite{TB: t, Subject: h.New(t), deduplicates: h.Deduplicates, distinguishes: h.Distinguishes, patience: time.Minute, grace: 5 * time.Second, outage: time.Second}
	if s.Sink == nil || s.Subject.Stored == nil {
		t.Fatal("storetest: Subject.Sink or Subject.Stored is missing")
	}
	if p, ok := s.Sink.(eventstore.Preparer); ok {
		ctx, cancel := context.WithTimeout(context.Background(), s.patience)
		defer cancel()
		if err := p.Prepare(ctx); err != nil {
			t.Fatalf("Prepare: %v", err)
		}
	}
	return s
}

// event makes an event with an id of its own.
func (s *suite) event(n int) eventstore.Event {
	s.Helper()
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails
	return s.eventOf(id, n)
}

func (s *suite) eventOf(id [16]byte, n int) eventstore.Event {
	s.Helper()
	return s.acceptedEvent(id, n, accepted{time.UnixMilli(1_800_000_000_000), "one"})
}

// accepted says when an event was accepted, and by which process.
type accepted struct {
	at time.Time
	by string
}

func (s *suite) acceptedEvent(id [16]byte, n int, accepted accepted) eventstore.Event {
	s.Helper()
	doc, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "n", Value: n},
		{Key: "event_type", Value: "storetest"},
		{Key: "event_data", Value: bson.D{{Key: "note", Value: private}, {Key: "empty", Value: ""}, {Key: "nil", Value: nil}}},
		{Key: "received_at", Value: accepted.at},
		{Key: "service", Value: bson.D{{Key: "name", Value: "storetest"}, {Key: "instance_id", Value: accepted.by}}},
	})
	if err != nil {
		s.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "storetest", Document: doc}
}

func (s *suite) events(n int) []eventstore.Event {
	s.Helper()
	events := make([]eventstore.Event, n)
	for i := range events {
		events[i] = s.event(i)
	}
	return events
}

// clone copies events with everything that they refer to.
func clone(events []eventstore.Event) []eventstore.Event {
	copied := make([]eventstore.Event, len(events))
	for i, e := range events {
		copied[i] = eventstore.Event{ID: e.ID, Type: strings.Clone(e.Type), Document: bytes.Clone(e.Document)}
	}
	return copied
}

// deliver calls the sink, and checks what holds for every answer: there are no more verdicts than events, each is true, and
// the error tells nothing about documents.
func (s *suite) deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	s.Helper()
	want := clone(events)
	verdicts, err := s.Sink.Deliver(ctx, events)
	s.quiet(err)
	if len(verdicts) > len(want) {
		s.Fatalf("%d verdicts about %d events", len(verdicts), len(want))
	}
	has := s.has()
	for i, v := range verdicts {
		_, there := has[want[i].ID]
		switch v.Outcome {
		case eventstore.Stored, eventstore.Redelivered, eventstore.Deduplicated:
			if !there {
				s.Errorf("event %d: the outcome is %d, and the sink does not have it", i, v.Outcome)
			}
		case eventstore.Refused, eventstore.Doubtful:
			if there {
				s.Errorf("event %d: the outcome is %d, and the sink has it", i, v.Outcome)
			}
			if len(v.Reason) > 64 || strings.Contains(v.Reason, private) {
				s.Errorf("event %d: the reason %q is not one word of a small set", i, v.Reason)
			}
		}
	}
	return verdicts, err
}

// quiet checks that an error tells nothing about documents.
func (s *suite) quiet(err error) {
	s.Helper()
	if err != nil && strings.Contains(err.Error(), private) {
		s.Errorf("the error quotes a document: %v", err)
	}
}

// taken reports that the sink has the event, or another one with its id.
func taken(v eventstore.Verdict) bool {
	return v.Outcome == eventstore.Stored || v.Outcome == eventstore.Redelivered || v.Outcome == eventstore.Deduplicated
}

// delivered has the sink take all events, in as many attempts as the queue would make.
func (s *suite) delivered(events []eventstore.Event) []eventstore.Verdict {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	verdicts, err := s.deliver(ctx, events)
	if err != nil || len(verdicts) != len(events) {
		s.Fatalf("%d verdicts about %d events, %v", len(verdicts), len(events), err)
	}
	for i, v := range verdicts {
		if !taken(v) {
			s.Fatalf("event %d: the outcome is %d (%s)", i, v.Outcome, v.Reason)
		}
	}
	return verdicts
}

// has returns what the sink has: how often, by id.
func (s *suite) has() map[[16]byte]int {
	s.Helper()
	stored, err := s.Subject.Stored()
	if err != nil {
		s.Fatalf("storetest: Subject.Stored: %v", err)
	}
	has := make(map[[16]byte]int, len(stored))
	for _, e := range stored {
		has[e.ID]++
	}
	return has
}

// holds checks that the sink has exactly these events, each once if it deduplicates.
func (s *suite) holds(want []eventstore.Event) {
	s.Helper()
	stored, err := s.Subject.Stored()
	if err != nil {
		s.Fatalf("storetest: Subject.Stored: %v", err)
	}
	documents := make(map[[16]byte][]byte, len(want))
	for _, e := range want {
		documents[e.ID] = e.Document
	}
	seen := make(map[[16]byte]int)
	for _, e := range stored {
		document, ok := documents[e.ID]
		switch {
		case !ok:
			s.Errorf("the sink has an event with the id %x, which it was not given", e.ID)
		case e.Document != nil && !bytes.Equal(e.Document, document):
			s.Errorf("the sink has another document for the id %x:\n got %v\nwant %v", e.ID, bson.Raw(e.Document), bson.Raw(document))
		}
		if seen[e.ID]++; seen[e.ID] > 1 && s.deduplicates {
			s.Errorf("the sink has the id %x %d times", e.ID, seen[e.ID])
		}
	}
	for _, e := range want {
		if seen[e.ID] == 0 {
			s.Errorf("the sink does not have the event with the id %x", e.ID)
		}
	}
}

// kept is the sink without what belongs to its owner: the queue of one test does not close it.
type kept struct {
	eventstore.Sink
	limit int // 0: none
}

// MaxEventBytes is that of the sink.
func (k kept) MaxEventBytes() int { return k.limit }

// keptPinger is kept for a sink that is a Pinger.
type keptPinger struct {
	kept
	eventstore.Pinger
}

// queue opens a queue in front of the sink.
func (s *suite) queue() *eventstore.Store {
	s.Helper()
	return s.queueIn(eventstore.Disk)
}

func (s *suite) queueIn(storage eventstore.Storage) *eventstore.Store {
	s.Helper()
	return s.openQueue(s.kept(), eventstore.Config{Storage: storage})
}

// kept returns the sink without what belongs to its owner.
func (s *suite) kept() eventstore.Sink {
	limited := kept{Sink: s.Sink}
	if l, ok := s.Sink.(eventstore.SizeLimiter); ok {
		limited.limit = l.MaxEventBytes()
	}
	if p, ok := s.Sink.(eventstore.Pinger); ok {
		return keptPinger{limited, p}
	}
	return limited
}

// openQueue opens a queue in a directory of its own.
func (s *suite) openQueue(sink eventstore.Sink, c eventstore.Config) *eventstore.Store {
	s.Helper()
	c.Dir, c.BatchSize, c.Logger = s.TempDir(), 10, slog.New(slog.DiscardHandler)
	q, err := eventstore.Open(context.Background(), sink, c)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), s.grace)
		defer cancel()
		_ = q.Shutdown(ctx)
	})
	return q
}

// flushed waits until the queue has delivered everything, and checks its sum.
func (s *suite) flushed(q *eventstore.Store) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	if err := q.Flush(ctx); err != nil {
		s.Fatalf("%v; the latest error: %s", err, q.Health(ctx).LastError)
	}
	st := q.Stats()
	var stored, deduplicated, quarantined int64
	for _, n := range st.Stored {
		stored += n
	}
	for _, n := range st.Deduplicated {
		deduplicated += n
	}
	for _, n := range st.Quarantined {
		quarantined += n
	}
	if st.Accepted != stored+deduplicated+quarantined {
		s.Errorf("accepted = stored + deduplicated + quarantined does not hold: %+v", st)
	}
}

func (s *suite) append(q *eventstore.Store, events ...eventstore.Event) {
	s.Helper()
	for _, e := range events {
		if _, err := q.Append(context.Background(), e, eventstore.AckWritten); err != nil {
			s.Fatal(err)
		}
	}
}
