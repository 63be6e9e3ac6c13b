// SPDX-License-Identifier: Apache-2.0

package journal

import "fmt"

// Clear deletes every segment with a record up to seq in it, durably, and
// returns when none is left: no file of the journal has a byte of these records
// any more, except for corrupt segments that were set aside. seq is what Rotate
// returned; everything up to it must be done (see Checkpoint). After an error
// some may be left; the next call goes on.
func (j *Journal) Clear(seq uint64) error {
	for _, c := range j.consumers.all {
		if done := c.progress.checkpoint.Load(); done < seq && !c.gone.Load() {
			return fmt.Errorf("journal: clear up to record %d, and only those up to %d are done%s", seq, done, c.suffix())
		}
	}
	if err := j.truncate(true); err != nil {
		return err
	}
	l := &j.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.segments) > 0 && l.segments[0].firstSeq <= seq && seq > 0 {
		return fmt.Errorf("journal: clear: segment %d is still needed; call Rotate before", l.segments[0].number)
	}
	return nil
}

// syncErased makes durable that nothing is left of what was deleted. Only the
// sync loop calls it.
func (l *log) syncErased() error {
	l.mu.Lock()
	if err := l.erase(); err != nil {
		l.mu.Unlock()
		return fmt.Errorf("journal: erasing the tail: %w", err)
	}
	file := l.tail.file // which the sync loop alone closes
	obsolete, disabled := l.tail.obsolete, l.tail.disabled.Load()
	l.mu.Unlock()
	if obsolete {
		if err := l.removeTail(); err != nil {
			return err
		}
	}
	if err := l.fs.SyncDir(l.dir); err != nil || file == nil || disabled {
		return err
	}
	err := file.Sync()
	if err != nil {
		// Another fsync would prove nothing. There is no tail any more.
		l.mu.Lock()
		l.breakTail(err)
		l.mu.Unlock()
	}
	return err
}
