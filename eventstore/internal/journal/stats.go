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
	l := &j.log
	l.mu.Lock()
	s, now := j.counts()
	oldest := l.nextReadable(0, now.checkpoint)
	var size int64
	w := waiting{own: now.checkpoint >= l.inherited}
	if oldest != nil {
		w.from, w.modified, size = oldest.find(now.checkpoint+1), oldest.modified, oldest.size
	} else if s.LastSeq > s.CheckpointSeq {
		w.time, w.from = l.tail.time(now.checkpoint + 1)
	}
	l.mu.Unlock()
	if s.LastSeq == s.CheckpointSeq {
		return s
	}
	if oldest != nil {
		time, ok := j.first.progress.oldestTime(s.CheckpointSeq)
		if !ok {
			time = j.readOldest(oldest, w.from, size, s.CheckpointSeq)
			j.first.progress.setOldest(s.CheckpointSeq, time)
		}
		w.time = time
	}
	s.OldestUnixNano = w.time
	s.OldestAge = w.age(l.birth.elapsed(), l.opt.Now().UnixNano())
	return s
}
