// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Consumer reads every event of a store in addition to the sink, at its own pace: for counts, or for a copy elsewhere. List it in
// [Config].Consumers; the store calls it.
//
// # Order and concurrency
//
// Consume gets events in the order of the journal, which is the order of Append. Each consumer has one call at a time. Calls of
// several consumers, and deliveries to the sink, run at the same time.
//
// # Durability
//
// When Consume returns nil, the store notes that the events are done, and does not offer them again. If the process or the
// machine dies before that note is on the disk, the events are offered again: delivery is at least once. A repeated
// event has the same [ConsumedEvent].Seq and Event.ID as before. A segment of the journal is deleted when the sink and
// every consumer are done with it.
//
// # Retry
//
// When Consume returns an error or panics, the same events are offered again. The pause grows from 100 ms to 5 s, and
// the retries have no limit. A consumer that cannot use an event must skip it and return nil. A consumer that always fails holds its
// events in the journal. When the journal reaches [Config].JournalBytes, Append returns ErrJournalFull.
//
// # Start and end
//
// A consumer is known by its name. When it is new to a directory, it begins with the events that the sink does not have yet.
//
// A consumer that [Config].Consumers no longer names keeps its position and its events until [DropConsumer]. When the journal or
// the disk is full, the store drops it, with an error in the log.
//
// Shutdown interrupts a call by its context. It does not wait for a consumer to catch up: the next Open offers the
// remaining events.
//
// # Suppressed and refused events
//
// Events of users in [Config].Suppression are offered to no consumer. Events that the sink refused and the quarantine took are
// offered like any other event. When [Store.ReplayQuarantine] puts them back into the journal, consumers get them once more.
type Consumer struct {
	// Name tells the consumers of a directory apart. It has 1 to 63 of the characters a to z, 0 to 9, '.', '_' and '-', and
	// begins with a letter. It appears in logs and metrics.
	Name string
	// Consume takes events, oldest first. It must not change them. After it returns, it must keep neither the slice nor the
	// documents. It must return soon after ctx ends; ctx ends when the store is shut down. The text of its error is logged: it must
	// contain neither secrets nor parts of documents.
	Consume func(ctx context.Context, events []ConsumedEvent) error
	// BatchSize is the largest number of events in a call. The default is DefaultBatchSize, the maximum MaxBatchSize. A batch is also
	// full at 8 MiB. A batch that is not full is offered at most every 100 ms.
	BatchSize int
}

// ConsumedEvent is an event that a [Consumer] is offered.
type ConsumedEvent struct {
	Event
	// Seq is the event's number in the journal of Dir. The numbers rise within a call, and from one call to the next. A number is
	// missing when damage made its event unreadable.
	Seq uint64
	// Dir is the data directory with that journal. All events of a call have the same Dir. Without [DirAuto], it never changes. With
	// DirAuto it is the directory of the process that accepted the event, and the numbers rise within each directory.
	Dir string
}

// ConsumerStats reports the progress of a consumer.
type ConsumerStats struct {
	Name string
	// Declared is true when Config.Consumers names the consumer. Otherwise an earlier process named it.
	Declared bool
	Pending  int64 // events that it is not done with
	Lost     int64 // events that were lost before it was done with them: by damage on disk, or at the end of a store in [Memory]
	Errors   int64 // calls of Consume that failed, since Open
	// LastError is the text of the latest error. It is empty when the latest call succeeded.
	LastError string
}

// check returns what is wrong with a consumer. Names are checked by the journal.
func (c *Consumer) check() (errs []error) {
	if c.Consume == nil {
		errs = append(errs, fmt.Errorf("eventstore: Config.Consumers: the function of consumer %q is nil", c.Name))
	}
	if _, is := sinkOf(c.Name); is {
		errs = append(errs, fmt.Errorf("eventstore: Config.Consumers: the name %q begins with %q, which is reserved for sinks", c.Name, sinkPrefix))
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
// call, or until ctx ends. It then returns ErrPending with the name of a consumer that is not done. Flush does not wait for
// consumers.
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
				"or remove it with the command journal remove-sink", ErrPending, sink, c.Backlog)
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
