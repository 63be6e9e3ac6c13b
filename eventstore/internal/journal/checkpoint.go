// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
)

// Checkpoint says that everything up to and including seq is done: it will not
// be read again, by this process or a later one. A seq that is not beyond the
// last one is no error and does nothing.
//
// The checkpoint is in the file when Checkpoint returns, which survives the
// death of the process; losing it to a power failure costs reading records
// again. Only when a whole segment is done does Checkpoint wait for the disk:
// the checkpoint is fsynced, then the segment is deleted. After an error the
// checkpoint holds for this process all the same, and the next call tries to
// write it again. While the directory is not in its place, nothing is written: by
// its name, another process may have a checkpoint of its own.
func (j *Journal) Checkpoint(seq uint64) error {
	changed, truncate, restored, err := j.log.finish(seq)
	if !changed || err != nil {
		return err
	}
	if restored {
		j.opt.OnRestored()
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
	return errors.Join(err, j.truncate(false))
}

// finish says that everything up to seq is done. It reports whether that is new,
// whether there is something to delete now, and whether nothing is left that was in
// a file without a name.
func (l *log) finish(seq uint64) (changed, truncate, restored bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false, false, false, ErrClosed
	}
	if seq > l.lastSeq {
		return false, false, false, fmt.Errorf("journal: checkpoint %d is beyond the last record %d", seq, l.lastSeq)
	}
	if !l.progress.finish(seq) {
		return false, false, false, nil
	}
	restored = l.unnamed != nil && l.withoutName() == nil
	l.rotateIfDone()
	return true, l.truncatable() > 0, restored, nil
}
