// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// neighbour is the other sink of a queue. It notes which events it was given.
type neighbour struct {
	mu  sync.Mutex // guards has
	has map[[16]byte]int
}

func (n *neighbour) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.has == nil {
		n.has = make(map[[16]byte]int)
	}
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		n.has[e.ID]++
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

// holds checks that the neighbour was given these events, each once.
func (n *neighbour) holds(s *suite, want []eventstore.Event) {
	s.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range want {
		if n.has[e.ID] != 1 {
			s.Errorf("the other sink was given the event with the id %x %d times, want once", e.ID, n.has[e.ID])
		}
	}
	if len(n.has) != len(want) {
		s.Errorf("the other sink has %d events, want %d", len(n.has), len(want))
	}
}

// queueBeside opens a queue with the sink and a neighbour, of which one is the first.
func (s *suite) queueBeside(n *neighbour, storage eventstore.Storage, first bool) *eventstore.Store {
	s.Helper()
	if first {
		return s.openQueue(s.kept(), eventstore.Config{Storage: storage, Sinks: []eventstore.SinkConfig{{Name: "other", Sink: n}}})
	}
	return s.openQueue(n, eventstore.Config{Storage: storage, Sinks: []eventstore.SinkConfig{{Name: "subject", Sink: s.kept()}}})
}

// flushedAll waits until all sinks have everything, and checks the sums.
func (s *suite) flushedAll(q *eventstore.Store) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	if err := q.FlushSinks(ctx); err != nil {
		s.Fatal(err)
	}
	s.flushed(q)
	for _, st := range q.Stats().Sinks {
		if st.Pending != 0 || st.Events != st.Stored+st.Deduplicated || len(st.Quarantined) > 0 {
			s.Errorf("events = stored + deduplicated does not hold for the sink behind the first: %+v", st)
		}
	}
}

// oneOfSeveral has the sink be the first and the second sink of queues, on a disk and in memory.
func oneOfSeveral(s *suite) {
	var all []eventstore.Event
	for _, storage := range eventstore.Storages() {
		for _, first := range []bool{true, false} {
			events, other := s.events(60), new(neighbour)
			q := s.queueBeside(other, storage, first)
			s.through(q, events)
			s.flushedAll(q)
			other.holds(s, events)
			all = append(all, events...)
			s.holds(all)
		}
	}
}

// oneOfSeveralIsOut has the sink be out behind a queue, whose other sink gets its events all the same.
func oneOfSeveralIsOut(s *suite) {
	restore := s.Subject.Outage()
	type queue struct {
		*eventstore.Store
		first bool
	}
	var queues []queue
	var all []eventstore.Event
	for _, storage := range eventstore.Storages() {
		for _, first := range []bool{true, false} {
			events, other := s.events(20), new(neighbour)
			q := queue{s.queueBeside(other, storage, first), first}
			s.append(q.Store, events...)
			ctx, cancel := context.WithTimeout(context.Background(), s.patience)
			wait := q.Flush
			if first {
				wait = q.FlushSinks
			}
			if err := wait(ctx); err != nil {
				s.Error(err)
			}
			cancel()
			other.holds(s, events)
			queues = append(queues, q)
			all = append(all, events...)
		}
	}
	restore()
	for _, q := range queues {
		s.flushedAll(q.Store)
	}
	s.holds(all)
}

// limitOf returns the size of the largest event that a sink takes, 0 for any.
func limitOf(sink eventstore.Sink) int {
	if l, ok := sink.(eventstore.SizeLimiter); ok {
		return l.MaxEventBytes()
	}
	return 0
}

// largestEvent has the sink take an event as large as it says, and a queue refuse one that is larger.
func largestEvent(s *suite) {
	limit := min(limitOf(s.Sink), eventstore.MaxDocumentBytes)
	large := s.eventOfSize(limit)
	s.delivered(clone([]eventstore.Event{large}))
	s.holds([]eventstore.Event{large})
	for _, first := range []bool{true, false} {
		q := s.queueBeside(new(neighbour), eventstore.Disk, first)
		if _, err := q.Append(context.Background(), s.eventOfSize(limit+1), eventstore.AckWritten); !errors.Is(err, eventstore.ErrTooLarge) {
			s.Errorf("a queue in front of the sink takes a document of %d bytes: %v", limit+1, err)
		}
	}
}

// eventOfSize returns an event whose document has so many bytes.
func (s *suite) eventOfSize(size int) eventstore.Event {
	s.Helper()
	e := s.event(0)
	document := func(padding int) []byte {
		doc, err := bson.Marshal(bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: e.ID[:]}},
			{Key: "event_type", Value: "storetest"},
			{Key: "event_data", Value: bson.D{{Key: "note", Value: private}, {Key: "padding", Value: strings.Repeat("p", padding)}}},
		})
		if err != nil {
			s.Fatal(err)
		}
		return doc
	}
	least := len(document(0))
	if size < least {
		s.Fatalf("MaxEventBytes is %d; an event has at least %d bytes", size, least)
	}
	e.Document = bytes.Clone(document(size - least))
	return e
}
