// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
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
// write it again.
func (j *Journal) Checkpoint(seq uint64) error {
	j.mu.Lock()
	if j.isClosing {
		j.mu.Unlock()
		return ErrClosed
	}
	if seq > j.lastSeq {
		last := j.lastSeq
		j.mu.Unlock()
		return fmt.Errorf("journal: checkpoint %d is beyond the last record %d", seq, last)
	}
	if seq <= j.finished {
		j.mu.Unlock()
		return nil
	}
	j.finished = seq
	j.advance(max(seq, j.checkpoint))
	j.rotateIfDone()
	truncate := j.truncatable() > 0
	j.mu.Unlock()

	err := j.save(false)
	if err != nil {
		err = fmt.Errorf("journal: checkpoint: %w", err)
	}
	if !truncate {
		return err
	}
	return errors.Join(err, j.truncate(false))
}

// advance moves the checkpoint to seq and past what follows and is lost.
func (j *Journal) advance(seq uint64) { j.checkpoint = j.lost.pass(seq) }

// rotateIfDone ends the current segment when nothing in it is needed and its room
// is: a journal whose reader has caught up has all of its room again.
func (j *Journal) rotateIfDone() {
	if j.checkpoint != j.lastSeq || j.current == nil || j.current.size == 0 {
		return
	}
	if j.full || j.bytes > j.opt.MaxBytes/2 {
		j.seal()
	}
}

// save writes the checkpoint of this moment.
func (j *Journal) save(durable bool) error {
	j.saving.Lock()
	defer j.saving.Unlock()
	j.mu.Lock()
	err := j.file.ensure(j.fs, j.dir)
	p := j.position()
	j.mu.Unlock()
	if err != nil {
		return err
	}
	return j.file.save(j.fs, j.dir, p, durable)
}

// position returns the checkpoint of this moment.
func (j *Journal) position() format.Checkpoint {
	p := format.Checkpoint{
		Seq: j.checkpoint, LastSeq: j.written,
		Segment: j.nextSegment, LastSegment: j.nextSegment - 1,
	}
	for _, s := range j.segments {
		if s.lastSeq > j.checkpoint {
			p.Segment, p.Offset = s.number, s.find(j.checkpoint+1).offset
			return p
		}
	}
	if s := j.current; s != nil {
		p.Segment, p.Offset = s.number, s.size
	}
	return p
}
