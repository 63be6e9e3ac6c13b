// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Consumer reads every event of a store beside the sink, in its own time: for counts, for a copy elsewhere. List it in
// [Config].Consumers; the store calls it.
//
// # Order and concurrency
//
// Consume is called with events in the order of the journal, which is that of Append. There is one call at a time for each
// consumer; those of several consumers, and deliveries to the sink, go on at the same time.
//
// # Durability
//
// When Consume returns nil, the store notes that the events are done. It never offers them again, unless the process or the
// machine dies before that note is on the disk: each event is offered at least once, and after a crash some are offered again.
// Such an event has the same [ConsumedEvent].Seq and Event.ID as before. A segment of the journal is deleted when the sink and
// every consumer are done with it.
//
// # Retry
//
// When Consume returns an error or panics, the same events are offered again, after a pause that grows from 100 ms to 5 s, for
// as long as it takes. A consumer that cannot use an event must pass over it and return nil. One that always fails keeps the
// events that it has not done, until the journal is at [Config].JournalBytes and Append returns ErrJournalFull.
//
// # Start and end
//
// A consumer that is new to a directory begins with the events that the sink has not got yet. It is known by its name. One that
// [Config].Consumers no longer names keeps its place, and the events that it has not done, until [DropConsumer], or until the
// journal is full or the disk is; then it is dropped with an error in the log. Shutdown interrupts a call by its context. It does not wait
// for a consumer to catch up: what is left is offered after the next Open.
//
// An event of a user whom [Config].Suppression has is offered to no consumer. An event that the sink refuses and quarantine takes is offered to consumers as any other. [Store.ReplayQuarantine] puts it into
// the journal once more, and then consumers get it once more.
type Consumer struct {
	// Name tells the consumers of a directory apart: 1 to 63 of the characters a to z, 0 to 9, '.', '_' and '-', the first of
	// them a letter. It is in logs and metrics.
	Name string
	// Consume takes events, oldest first. It must not change them, and must keep neither the slice nor the documents after it
	// has returned. It must return soon after ctx ends, which it does when the store is shut down. The error's text is
	// logged: it must hold neither secrets nor parts of documents.
	Consume func(ctx context.Context, events []ConsumedEvent) error
	// BatchSize is the largest number of events in a call: DefaultBatchSize, at most MaxBatchSize. A batch is full at 8 MiB,
	// too. One that is not full is offered at most every 100 ms.
	BatchSize int
}

// ConsumedEvent is an event as a [Consumer] gets it.
type ConsumedEvent struct {
	Event
	// Seq is the event's number in the journal of Dir. The numbers rise, within a call and from one to the next. One is missing
	// where damage made an event unreadable.
	Seq uint64
	// Dir is the data directory with that journal. All events of a call are of one. It is always the same, except with
	// [DirAuto]: then it is that of the process which accepted the event, and the numbers rise within each.
	Dir string
}

// ConsumerStats says how far a consumer is.
type ConsumerStats struct {
	Name string
	// Declared says that Config.Consumers names it. Otherwise an earlier process did.
	Declared bool
	Pending  int64 // events that it has not done
	Lost     int64 // events that damage on disk, or the end of a store in [Memory], took before it had done them
	Errors   int64 // calls of Consume that failed, since Open
	// LastError is the text of the latest of them, empty when the latest call succeeded.
	LastError string
}

// check returns what is wrong with a consumer. Names are checked by the journal.
func (c *Consumer) check() (errs []error) {
	if c.Consume == nil {
		errs = append(errs, fmt.Errorf("eventstore: Config.Consumers: the function of consumer %q is nil", c.Name))
	}
	if _, is := sinkOf(c.Name); is {
		errs = append(errs, fmt.Errorf("eventstore: Config.Consumers: the name %q begins with %q, as only those of sinks do", c.Name, sinkPrefix))
	}
	if c.BatchSize < 0 || c.BatchSize > MaxBatchSize {
		errs = append(errs, fmt.Errorf("eventstore: Config.Consumers: BatchSize of consumer %q is %d; it must be between 1 and %d", c.Name, c.BatchSize, MaxBatchSize))
	}
	return errs
}

// consumerNames returns the journal's consumers behind the first.
func (c *Config) consumerNames() (names []string) {
	for _, sink := range c.Sinks {
		names = append(names, consumerOf(sink.Name))
	}
	for _, consumer := range c.Consumers {
		names = append(names, consumer.Name)
	}
	return names
}

func (s *Store) consumerStats() (stats []ConsumerStats) {
	ended := s.tally.hasEnded()
	for _, c := range s.journal.Consumers() {
		if _, is := sinkOf(c.Name); is {
			continue
		}
		st := ConsumerStats{Name: c.Name, Declared: c.Declared, Pending: int64(c.Backlog), Lost: int64(c.Lost)}
		if ended {
			st.Lost, st.Pending = st.Lost+st.Pending, 0
		}
		for _, r := range s.consumers {
			if r.config.Name == c.Name {
				st.Errors, st.LastError = r.failures()
			}
		}
		stats = append(stats, st)
	}
	return stats
}

// FlushConsumers blocks until every consumer of [Config].Consumers is done with every event that was accepted before the
// call, or until ctx ends, which is ErrPending and names a consumer that is not. Flush does not wait for consumers.
func (s *Store) FlushConsumers(ctx context.Context) error {
	last, _ := s.journal.Position()
	return s.flushConsumers(background.Or(ctx), last)
}

func (s *Store) flushConsumers(ctx context.Context, seq uint64) error {
	for _, r := range s.consumers {
		if err := r.await(ctx, seq); err != nil {
			return err
		}
	}
	return nil
}

// passAll waits until the sinks behind the first and all consumers are done with these events, and fails when a sink or a consumer
// of an earlier process needs one of them.
func (s *Store) passAll(ctx context.Context, seq uint64) error {
	if err := s.flushSinks(ctx, seq); err != nil {
		return err
	}
	if err := s.flushConsumers(ctx, seq); err != nil {
		return err
	}
	for _, c := range s.journal.Consumers() {
		if c.Declared || c.CheckpointSeq >= seq || c.Backlog == 0 {
			continue
		}
		if sink, is := sinkOf(c.Name); is {
			return fmt.Errorf("%w: sink %s, which this process does not have, has %d events left: configure it until it has them, "+
				"or take it away with the command journal remove-sink", ErrPending, sink, c.Backlog)
		}
		return fmt.Errorf("%w: consumer %s, which this process does not have, has %d events left: let the service that has it run until it is done, "+
			"or drop it with the command journal drop-consumer", ErrPending, c.Name, c.Backlog)
	}
	return nil
}

// holder names what keeps a full journal full: a sink or a consumer, when one has more left than the first sink.
func (s *Store) holder() string {
	name, most := "", s.ownStats().Pending
	for _, c := range s.journal.Consumers() {
		if left := int64(c.Backlog); left > most {
			name, most = c.Name, left
		}
	}
	if name == "" {
		return ""
	}
	if sink, is := sinkOf(name); is {
		return fmt.Sprintf(": sink %s has not taken %d events", sink, most)
	}
	return fmt.Sprintf(": consumer %s has not done %d events", name, most)
}
