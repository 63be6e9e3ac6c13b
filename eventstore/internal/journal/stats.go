// SPDX-License-Identifier: Apache-2.0

package journal

import "time"

// Stats is a snapshot of a journal.
type Stats struct {
	// LastSeq is the last sequence number that Append gave out, in this process
	// or an earlier one; 0 when there was none.
	LastSeq uint64
	// CheckpointSeq is the last sequence number that is done.
	CheckpointSeq uint64
	// Backlog counts the records after the checkpoint that are neither settled
	// nor known to be lost.
	Backlog uint64
	// SyncedSeq is the highest sequence number whose fsync has been decided,
	// for better or worse.
	SyncedSeq uint64
	// Lost counts the sequence numbers that this process found unreadable, at
	// Open and by the reader since; each counts once however often it is read.
	Lost uint64
	// Bytes is the size of all segment files, the measure of Options.MaxBytes.
	Bytes int64
	// Segments is the number of segment files.
	Segments int
	// OldestUnixNano is the time of append of the oldest record that waits, as
	// written with that record; 0 when none waits.
	OldestUnixNano int64
	// OldestAge is how long the oldest record has been waiting; 0 when none waits, and
	// never 0 otherwise, whatever the clock says or has said.
	OldestAge time.Duration
}

// Position returns the last sequence number and the last one that is done,
// as Stats does, without looking at the disk.
func (j *Journal) Position() (last, checkpoint uint64) {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	return j.log.lastSeq, j.first.progress.checkpoint.Load()
}

// Undone counts the records from first to last that are neither done nor lost,
// whether they were appended yet or not.
func (j *Journal) Undone(first, last uint64) uint64 { return j.first.progress.undone(first, last) }

// FirstLost returns the first of the records from first to last that damage made
// unreadable before it was done.
func (j *Journal) FirstLost(first, last uint64) (seq uint64, ok bool) {
	return j.first.progress.firstLost(first, last)
}

// Counts is Stats without the age of what waits. It never looks at the disk, so that a
// caller can hold a lock of its own meanwhile.
func (j *Journal) Counts() Stats {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	s, _ := j.counts()
	return s
}

// counts is Counts for whoever holds the mutex of the log.
func (j *Journal) counts() (Stats, done) {
	l := &j.log
	now := j.first.progress.snapshot()
	return Stats{
		LastSeq:       l.lastSeq,
		CheckpointSeq: now.checkpoint,
		Backlog:       l.lastSeq - now.checkpoint - now.ahead,
		SyncedSeq:     j.syncer.decided(),
		Lost:          now.lost,
		Bytes:         l.bytes,
		Segments:      len(l.segments),
	}, now
}

// Stats returns a snapshot. It reads a block from the disk when the checkpoint
// moved since the last call, and writes nothing.
func (j *Journal) Stats() Stats {
	j.log.mu.Lock()
	s, now := j.counts()
	w := j.first.waiting(now.checkpoint)
	j.log.mu.Unlock()
	s.OldestUnixNano, s.OldestAge = j.first.oldest(w)
	return s
}

// OldestAge is [Consumer.OldestAge] for a consumer that an earlier process had; 0 for
// one that is not known.
func (j *Journal) OldestAge(consumer string) time.Duration {
	if c := j.find(consumer); c != nil {
		return c.OldestAge()
	}
	return 0
}

// OldestAge is Stats.OldestAge for the consumer.
func (c *Consumer) OldestAge() time.Duration {
	l := &c.journal.log
	l.mu.Lock()
	w := c.waiting(c.progress.checkpoint.Load())
	l.mu.Unlock()
	_, age := c.oldest(w)
	return age
}

// waiting returns the record behind a checkpoint of the consumer, as far as memory
// tells; nil when there is none. The caller holds the mutex of the log.
func (c *Consumer) waiting(checkpoint uint64) *waiting {
	l := &c.journal.log
	if l.lastSeq == checkpoint {
		return nil
	}
	w := &waiting{checkpoint: checkpoint, own: checkpoint >= l.inherited}
	if w.segment = l.nextReadable(0, checkpoint); w.segment != nil {
		w.from, w.modified, w.size = w.segment.find(checkpoint+1), w.segment.modified, w.segment.size
	} else {
		w.time, w.from = l.tail.time(checkpoint + 1)
	}
	return w
}

// oldest returns when such a record was appended, and its age. It may read a block.
func (c *Consumer) oldest(w *waiting) (unixNano int64, age time.Duration) {
	if w == nil {
		return 0, 0
	}
	if w.segment != nil {
		time, ok := c.progress.oldestTime(w.checkpoint)
		if !ok {
			time = c.journal.readOldest(w.segment, w.from, w.size, w.checkpoint)
			c.progress.setOldest(w.checkpoint, time)
		}
		w.time = time
	}
	l := &c.journal.log
	return w.time, w.age(l.birth.elapsed(), l.opt.Now().UnixNano())
}
