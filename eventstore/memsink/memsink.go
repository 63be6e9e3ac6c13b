// SPDX-License-Identifier: Apache-2.0

package memsink

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Sink keeps events in memory. The zero value is empty and ready. It is safe for concurrent use.
type Sink struct {
	mu     sync.Mutex // guards the following
	events []eventstore.Event
	known  map[[16]byte][sha256.Size]byte // every id that was ever delivered, with the hash of its document
}

var (
	_ eventstore.Sink  = (*Sink)(nil)
	_ eventstore.Named = (*Sink)(nil)
)

// New returns an empty sink.
func New() *Sink { return new(Sink) }

// Name returns memory.
func (s *Sink) Name() string { return "memory" }

// Deliver keeps copies of the events. It never fails while ctx lasts.
func (s *Sink) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[[16]byte][sha256.Size]byte)
	}
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		document := sha256.Sum256(e.Document)
		if known, ok := s.known[e.ID]; ok {
			verdicts[i].Outcome = eventstore.Redelivered
			if document != known {
				verdicts[i].Outcome = eventstore.Deduplicated
			}
			continue
		}
		s.known[e.ID] = document
		s.events = append(s.events, eventstore.Event{ID: e.ID, Type: e.Type, Document: slices.Clone(e.Document)})
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

// Events returns the events in the order of their first delivery. Do not change their documents.
func (s *Sink) Events() []eventstore.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Reset forgets the events. Their ids stay known: one that is delivered again is not kept.
func (s *Sink) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = nil
}
