// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"cmp"
	"fmt"
	"strings"
)

// SinkConfig is a sink in addition to the sink of [Open]. List it in [Config].Sinks.
//
// # Delivery
//
// The sink gets every event, by the same rules as the first sink: in batches, at least once, with retry, backoff and
// verdicts. It has its own position in the journal. A segment of the journal is deleted when all sinks and consumers are done with
// it. A sink that is down therefore blocks nothing except space in the journal. The other sinks get their events until the
// journal is at its bound and Append returns ErrJournalFull.
//
// The sink does not get events that are appended with a [Refusal], nor events of users in [Config].Suppression.
//
// # Features of the first sink only
//
// Acknowledgements, Flush, OnInsertAttempt and OnUnstored are about the first sink. So are the figures of [Stats], except
// Stats.Sinks. [Store.FlushSinks] and Shutdown wait for the other sinks.
//
// # Quarantine
//
// An event that the sink refuses for good goes to the sink's quarantine file, quarantine.NAME.jsonl in the data directory.
// [ReadSinkQuarantine] reads it, and [ReplayOfSink] puts its events back into the journal. A store in [Memory] keeps them in
// memory: each sink has its own eighth of Config.MemoryBytes for that.
//
// # Start and end
//
// A sink is known by its name, which stands for one destination. A sink that is new to a data directory begins at the journal's
// end. FromPending changes that.
//
// A sink that Config.Sinks no longer names keeps its position and its events, however much space they take. [RemoveSink] removes
// it.
type SinkConfig struct {
	// Name tells the sinks of a directory apart. It has 1 to 32 of the characters a to z, 0 to 9, '_' and '-'. It appears in logs and
	// metrics.
	Name string
	// Sink takes the events. The store owns it once Open has succeeded, and closes it.
	Sink Sink
	// FromPending makes a new sink begin with the events that the first sink does not have yet.
	FromPending bool
	// BatchSize is the largest number of events in one delivery. The default is Config.BatchSize, the maximum MaxBatchSize. A batch
	// that is not full is delivered at most every 100 ms.
	BatchSize int
}

// SizeLimiter is a [Sink] that refuses documents above a size, as message brokers do. Append refuses a larger document with
// ErrTooLarge, which names the sink: the sink could never take it. The smallest limit of all sinks applies. A limit of 0 or less
// means no limit.
//
// MaxEventBytes counts the bytes of [Event].Document. A sink that wraps the document subtracts the bytes that it adds. The limit may
// change while the store is open. Open asks for it, and the store asks again after each delivery, each ping and Prepare.
// MaxEventBytes must not wait.
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
