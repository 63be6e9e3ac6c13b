// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Deliver publishes the events and returns when the topic has answered about each of them, within WriteTimeout.
func (s *Sink) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if len(events) == 0 {
		return nil, nil
	}
	client := s.producer.enter()
	defer s.producer.leave(client)
	if err := s.topic.ensure(ctx, client.Client); err != nil {
		return nil, client.failure(err)
	}
	waiting, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	if refused, err := client.identify(waiting); err != nil {
		if refused {
			err = errors.Join(err, s.producer.replace(client))
		}
		return nil, client.failure(err)
	}
	all, done := s.records.of(events)
	p := &producing{verdicts: make([]eventstore.Verdict, len(events)), left: len(events), end: make(chan struct{}), done: done}
	for i, r := range all {
		client.Produce(waiting, r, func(_ *kgo.Record, err error) { p.answer(i, err) })
	}
	verdicts, doubted, err := p.wait(waiting)
	if err == nil && p.invalid {
		s.topic.again() // an operator may have changed it
		err = s.topic.ensure(waiting, client.Client)
	}
	if err == nil && len(doubted) > 0 {
		err = s.doubted(waiting, events, verdicts, doubted)
	}
	if err == nil {
		return verdicts, nil
	}
	if isMissing(err) {
		s.topic.again()
	}
	return verdicts, client.failure(err)
}

// doubted publishes events one at a time that came back with others: a broker refuses a batch as a whole.
func (s *Sink) doubted(ctx context.Context, events []eventstore.Event, verdicts []eventstore.Verdict, doubted []int) error {
	for _, i := range doubted {
		all, _ := s.records.of(events[i : i+1])
		err := s.alone.produce(ctx, all[0])
		reason, about := reasonOf(err)
		switch {
		case err == nil:
			verdicts[i].Outcome = eventstore.Stored
		case about:
			verdicts[i] = eventstore.Verdict{
				Outcome: eventstore.Refused, Reason: reason, Message: fmt.Sprintf("the document has %d bytes: %v", len(events[i].Document), err),
			}
			if reason == invalidRecord { // by a rule of the topic, which may concern all events
				verdicts[i].Outcome = eventstore.Doubtful
			}
		default:
			return err
		}
	}
	return nil
}

// producing is one delivery.
type producing struct {
	end  chan struct{} // closed when each event has its answer
	done func()        // gives the memory of the records back

	mu       sync.Mutex           // guards what follows
	verdicts []eventstore.Verdict // nil: Deliver has returned
	doubted  []int                // events that a broker refused, with others of a batch
	first    error                // that is about the topic or the connection
	invalid  bool                 // one of them as an invalid record
	failed   bool                 // an answer was an error: the client may still have the records
	left     int                  // answers that are missing
}

// answer notes what became of an event.
func (p *producing) answer(i int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	reason, about := reasonOf(err)
	switch {
	case err != nil && about:
		p.doubted = append(p.doubted, i)
		p.invalid = p.invalid || reason == invalidRecord
	case err != nil:
		if p.first == nil {
			p.first = err
		}
	case p.verdicts != nil:
		p.verdicts[i].Outcome = eventstore.Stored
	}
	p.failed = p.failed || err != nil
	p.left--
	if p.left > 0 {
		return
	}
	close(p.end)
	if !p.failed {
		p.done()
	}
}

// wait waits for the answers as long as ctx allows.
func (p *producing) wait(ctx context.Context) (verdicts []eventstore.Verdict, doubted []int, err error) {
	select {
	case <-p.end:
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	verdicts, p.verdicts = p.verdicts, nil
	if p.first != nil {
		err = p.first
	}
	slices.Sort(p.doubted)
	return verdicts, slices.Clone(p.doubted), err
}
