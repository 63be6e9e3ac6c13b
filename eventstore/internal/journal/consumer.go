// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Consumer reads all records of a journal in its own time, and says which of them
// are done. A segment is deleted when it is done for every consumer. The journal's
// own methods Checkpoint, Settle, Commit, NewReader and Stats are about the first
// consumer; those that Options.Consumers names come after it.
//
// Its methods are safe for concurrent use.
type Consumer struct {
	journal  *Journal
	name     string // empty for the first
	declared bool   // by this process, and not only by an earlier one
	gone     atomic.Bool
	progress progress
	readers  readers
}

// ConsumerStats is a snapshot of a consumer.
type ConsumerStats struct {
	Name     string
	Declared bool // Options.Consumers has it; otherwise an earlier process had
	// CheckpointSeq is the last sequence number that is done.
	CheckpointSeq uint64
	// Backlog counts the records after the checkpoint that are neither done nor
	// known to be lost.
	Backlog uint64
	// Lost counts the sequence numbers that damage made unreadable before the
	// consumer had done them. This process found them.
	Lost uint64
}

// consumers are the consumers of a journal. The list is set by Open and only read
// since.
type consumers struct{ all []*Consumer }

// checkConsumers returns what is wrong with the names of consumers.
func checkConsumers(names []string) (mistakes []error) {
	const most = format.MaxConsumers - 1
	if len(names) > most {
		mistakes = append(mistakes, fmt.Errorf("journal: %d consumers; at most %d", len(names), most))
	}
	for i, name := range names {
		if !isConsumerName(name) {
			mistakes = append(mistakes, fmt.Errorf("journal: consumer %q: a name has 1 to %d of the characters a-z, 0-9, '.', '_' and '-', and begins with a letter",
				name, format.MaxConsumerName))
		}
		if slices.Contains(names[:i], name) {
			mistakes = append(mistakes, fmt.Errorf("journal: consumer %q is named twice", name))
		}
	}
	return mistakes
}

func isConsumerName(name string) bool {
	return len(name) <= format.MaxConsumerName && name != "" && name[0] >= 'a' && name[0] <= 'z' &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

// done returns the last sequence number that is done for all consumers.
func (c *consumers) done() uint64 {
	least := uint64(math.MaxUint64)
	for _, consumer := range c.all {
		if !consumer.gone.Load() {
			least = min(least, consumer.progress.checkpoint.Load())
		}
	}
	return least
}

// leave has the readers close the file of a segment that is done.
func (c *consumers) leave(s *segment) {
	for _, consumer := range c.all {
		consumer.readers.leave(s)
	}
}

// notify wakes the readers that wait for records.
func (c *consumers) notify() {
	for _, consumer := range c.all {
		consumer.readers.notify()
	}
}

// find returns a consumer, nil for none.
func (j *Journal) find(name string) *Consumer {
	for _, c := range j.consumers.all {
		if c.name == name {
			return c
		}
	}
	return nil
}

// Consumer returns a consumer that Options.Consumers names, nil for another one.
func (j *Journal) Consumer(name string) *Consumer {
	if c := j.find(name); c != nil && c.declared {
		return c
	}
	return nil
}

// Consumers returns a snapshot of each consumer but for the first, those of earlier
// processes included.
func (j *Journal) Consumers() (all []ConsumerStats) {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	for _, c := range j.consumers.all[1:] {
		if !c.gone.Load() {
			all = append(all, c.stats(j.log.lastSeq))
		}
	}
	return all
}

// Stats returns a snapshot of the consumer. It does not look at the disk.
func (c *Consumer) Stats() ConsumerStats {
	l := &c.journal.log
	l.mu.Lock()
	defer l.mu.Unlock()
	return c.stats(l.lastSeq)
}

func (c *Consumer) stats(last uint64) ConsumerStats {
	now := c.progress.snapshot()
	return ConsumerStats{
		Name: c.name, Declared: c.declared, CheckpointSeq: now.checkpoint,
		Backlog: last - now.checkpoint - now.ahead, Lost: now.lost,
	}
}

// Settle is [Journal.Settle] for the consumer.
func (c *Consumer) Settle(first, last uint64) error {
	l := &c.journal.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	if last > l.lastSeq {
		return fmt.Errorf("journal: settling %d, which is beyond the last record %d", last, l.lastSeq)
	}
	c.progress.settle(first, last)
	return nil
}

// Position is [Journal.Position] for the consumer, together with its figures.
func (c *Consumer) Position() (last uint64, now ConsumerStats) {
	l := &c.journal.log
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lastSeq, c.stats(l.lastSeq)
}

// Undone is [Journal.Undone] for the consumer.
func (c *Consumer) Undone(first, last uint64) uint64 { return c.progress.undone(first, last) }

// FirstLost is [Journal.FirstLost] for the consumer.
func (c *Consumer) FirstLost(first, last uint64) (seq uint64, ok bool) {
	return c.progress.firstLost(first, last)
}

// markLost notes that sequence numbers are lost and returns how many of them were
// not done.
func (c *Consumer) markLost(from, last uint64) uint64 {
	first, missed, added := c.progress.markLost(from, last)
	if added > 0 {
		c.journal.report(fmt.Errorf("%w: records %d to %d are lost%s", ErrCorrupt, first, last, c.suffix()))
	}
	return missed
}

// suffix names the consumer at the end of an error, unless it is the first.
func (c *Consumer) suffix() string {
	if c.name == "" {
		return ""
	}
	return " for the consumer " + c.name
}
