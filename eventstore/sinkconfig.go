// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"cmp"
	"fmt"
	"strings"
)

// SinkConfig is a sink beside the one that [Open] is given. List it in [Config].Sinks.
//
// # What it gets
//
// The sink gets every event, each by the same rules as the first sink: in batches, at least once, with retry, backoff and
// verdicts. Its place in the journal is its own. A segment of the journal is deleted when all sinks and consumers are done with
// it. A sink that is away therefore holds back nothing but the room in the journal: the other sinks get their events, until the
// journal is at its bound and Append returns ErrJournalFull.
//
// The sink does not get events that are appended with a [Refusal], nor those of users whom [Config].Suppression has.
//
// # What is about the first sink alone
//
// Acknowledgements, Flush, OnInsertAttempt, OnUnstored and the figures of [Stats] but for Stats.Sinks are about the first sink.
// [Store.FlushSinks] waits for the others, and so does Shutdown.
//
// # Quarantine
//
// An event that the sink refuses for good goes to the quarantine file of that sink, quarantine.NAME.jsonl in the data directory.
// [ReadSinkQuarantine] reads it, and [ReplayOfSink] puts its events back into the journal. A store in [Memory] keeps them in
// memory: each sink has an eighth of Config.MemoryBytes of its own for that.
//
// # Begin and end
//
// A sink that is new to a data directory begins at the journal's end. FromPending changes that. A sink is known by its name,
// which stands for one destination. One that Config.Sinks no longer names keeps its place and its events, whatever room they
// take. [RemoveSink] takes it away.
type SinkConfig struct {
	// Name tells the sinks of a directory apart: 1 to 32 of the characters a to z, 0 to 9, '_' and '-'. It is in logs and metrics.
	Name string
	// Sink takes the events. The store owns it once Open has succeeded, and closes it.
	Sink Sink
	// FromPending has a sink that is new begin with the events that the first sink has not got yet.
	FromPending bool
	// BatchSize is the largest number of events in one delivery: Config.BatchSize, at most MaxBatchSize. A batch that is not full
	// is delivered at most every 100 ms.
	BatchSize int
}

// SizeLimiter is a [Sink] that takes no event whose document is larger than a bound, as message brokers do. Open asks once. Append
// then refuses a larger one with ErrTooLarge, which names the sink: it would be of no use to accept it first. The smallest bound
// of all sinks holds. One that is not positive is none.
//
// MaxEventBytes counts the bytes of [Event].Document. A sink that wraps it takes off what that adds.
type SizeLimiter interface{ MaxEventBytes() int }

// maxSinkName bounds the name of a sink.
const maxSinkName = 32

// isSinkName reports whether a sink may have a name.
func isSinkName(name string) bool {
	return name != "" && len(name) <= maxSinkName && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// sinkPrefix begins the names of the journal's consumers that are sinks.
const sinkPrefix = "sink."

// consumerOf returns the name that a sink has among the journal's consumers.
func consumerOf(sink string) string { return sinkPrefix + sink }

// sinkOf returns the sink whose consumer has a name, false for a consumer that is no sink.
func sinkOf(consumer string) (sink string, is bool) { return strings.CutPrefix(consumer, sinkPrefix) }

// checkSinks fills in defaults of the sinks, and returns every mistake in them.
func (c *Config) checkSinks() (errs []error) {
	seen := make(map[string]bool)
	for i := range c.Sinks {
		s := &c.Sinks[i]
		s.BatchSize = cmp.Or(s.BatchSize, c.BatchSize)
		switch {
		case !isSinkName(s.Name):
			errs = append(errs, fmt.Errorf("eventstore: Config.Sinks: the name %q; a name has 1 to 32 of the characters a-z, 0-9, '_' and '-'", s.Name))
		case seen[s.Name]:
			errs = append(errs, fmt.Errorf("eventstore: Config.Sinks: two sinks have the name %q", s.Name))
		}
		seen[s.Name] = true
		if s.Sink == nil {
			errs = append(errs, fmt.Errorf("eventstore: Config.Sinks: the sink %q is nil", s.Name))
		}
		if s.BatchSize < 0 || s.BatchSize > MaxBatchSize {
			errs = append(errs, fmt.Errorf("eventstore: Config.Sinks: BatchSize of sink %q is %d; it must be between 1 and %d", s.Name, s.BatchSize, MaxBatchSize))
		}
	}
	return errs
}

// beginsAtEnd reports whether a consumer of the journal is a sink that begins at the end.
func (c *Config) beginsAtEnd(consumer string) bool {
	name, is := sinkOf(consumer)
	for _, s := range c.Sinks {
		if is && s.Name == name {
			return !s.FromPending
		}
	}
	return false
}

// limitOf returns the largest document that a sink takes.
func limitOf(sink Sink) int {
	if l, ok := sink.(SizeLimiter); ok {
		if n := l.MaxEventBytes(); n > 0 {
			return min(n, MaxDocumentBytes)
		}
	}
	return MaxDocumentBytes
}

// MaxEventBytes returns the size of the largest document that the store takes, and the sink whose bound that is: empty for
// MaxDocumentBytes, which is MongoDB's.
func (s *Store) MaxEventBytes() (n int, sink string) { return s.maxEvent, s.narrowest }

// overLimit is the error of a document that is larger than that.
func (s *Store) overLimit(size int) error {
	if s.narrowest == "" {
		return fmt.Errorf("%w: %d bytes, at most %d (16 MiB)", ErrTooLarge, size, MaxDocumentBytes)
	}
	return fmt.Errorf("%w: %d bytes, and %s takes at most %d", ErrTooLarge, size, s.narrowest, s.maxEvent)
}
