// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"fmt"
)

// Rotate ends the current segment and returns the last sequence number: what is
// appended from now on goes to other files than what is there already. The
// error is that of the file system, with which the segment goes on.
func (j *Journal) Rotate() (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.flush(); err != nil {
		return 0, fmt.Errorf("journal: rotate: %w", err)
	}
	if j.current != nil && j.current.size > 0 {
		j.seal()
	}
	return j.lastSeq, nil
}

// Clear deletes every segment with a record up to seq in it, durably, and
// returns when none is left: no file of the journal has a byte of these records
// any more, except for the copies of corrupt segments. seq is what Rotate
// returned; everything up to it must be done (see Checkpoint). After an error
// some may be left; the next call goes on.
func (j *Journal) Clear(seq uint64) error {
	j.mu.Lock()
	done := j.checkpoint
	j.mu.Unlock()
	if done < seq {
		return fmt.Errorf("journal: clear up to record %d, and only those up to %d are done", seq, done)
	}
	if err := j.truncate(true); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.segments) > 0 && j.segments[0].firstSeq <= seq && seq > 0 {
		return fmt.Errorf("journal: clear: segment %d is still needed; call Rotate before", j.segments[0].number)
	}
	return nil
}

// syncErased makes durable that nothing is left of what was deleted.
func (j *Journal) syncErased() error {
	j.mu.Lock()
	file := j.tail.file // which the sync loop alone closes
	stays, none := j.tail.stays, j.tail.none.Load()
	j.mu.Unlock()
	if stays {
		if err := j.removeTail(); err != nil {
			return err
		}
	}
	if err := j.fs.SyncDir(j.dir); err != nil || file == nil || none {
		return err
	}
	err := file.Sync()
	if err != nil {
		// Another fsync would prove nothing. There is no tail any more.
		j.mu.Lock()
		j.breakTail(err)
		j.mu.Unlock()
	}
	return err
}
