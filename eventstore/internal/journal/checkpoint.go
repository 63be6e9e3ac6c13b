// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
)

// Checkpoint says that everything up to and including seq is done: it will not
// be read again, by this process or a later one. A seq that is not beyond the
// last one is no error and does nothing. It is Settle for everything up to seq,
// then Commit.
func (j *Journal) Checkpoint(seq uint64) error {
	changed, err := j.log.finish(seq)
	if !changed || err != nil {
		return err
	}
	return j.Commit()
}

// Settle says that the records from first to last are done, whatever is true of
// those before them. The checkpoint moves as far as everything is done or lost;
// what is done behind a gap is kept in memory alone, as ranges, and is read
// again by a later process that opens the journal before the gap is closed.
//
// Settle changes memory only, so that a caller can hold a lock of its own
// meanwhile. Commit then writes where the checkpoint is.
func (j *Journal) Settle(first, last uint64) error {
	return j.first.Settle(first, last)
}

// Commit writes the checkpoint if it has moved since it was last written, and
// deletes segments that are done.
//
// The checkpoint is in the file when Commit returns, which survives the
// death of the process; losing it to a power failure costs reading records
// again. Only when a whole segment is done does Commit wait for the disk:
// the checkpoint is fsynced, then the segment is deleted. After an error the
// checkpoint holds for this process all the same, and the next call tries to
// write it again. While the directory is not in its place, nothing is written: by
// its name, another process may have a checkpoint of its own.
func (j *Journal) Commit() error { return j.first.Commit() }

// Commit is [Journal.Commit] for the consumer.
func (c *Consumer) Commit() error {
	j := c.journal
	checkpoint, truncate, restored, err := j.log.advance(c)
	if restored {
		j.opt.OnRestored()
	}
	if err != nil || !j.checkpoint.isBehind(c.name, checkpoint) {
		return err
	}
	if j.place.check() != nil {
		return nil // which was told: what is done holds for this process
	}
	j.checkpoint.checkFile()
	if err = j.checkpoint.save(false); err != nil {
		err = fmt.Errorf("journal: checkpoint: %w", err)
	}
	if !truncate {
		return err
	}
	failed := j.truncate(false)
	if failed == nil && !j.checkpoint.isBehind(c.name, checkpoint) {
		return nil // what was deleted made room for it
	}
	return errors.Join(err, failed)
}

// finish says that everything up to seq is done. It reports whether that is new.
func (l *log) finish(seq uint64) (changed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false, ErrClosed
	}
	if seq > l.lastSeq {
		return false, fmt.Errorf("journal: checkpoint %d is beyond the last record %d", seq, l.lastSeq)
	}
	return l.first.finish(seq), nil
}

// advance returns the checkpoint of a consumer, whether there is something to delete now, and
// whether nothing is left that was in a file without a name.
func (l *log) advance(c *Consumer) (checkpoint uint64, truncate, restored bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, false, false, ErrClosed
	}
	restored = l.unnamed != nil && l.withoutName() == nil
	l.rotateIfDone()
	return c.progress.checkpoint.Load(), l.truncatable() > 0, restored, nil
}
