// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// truncator deletes the segments that are done, from the front. Its methods are
// the sync loop's, and those of Open before that begins.
type truncator struct {
	dir        string
	fs         FS
	log        *log
	place      *location
	checkpoint *checkpointer
	report     func(error)
	keep       func(uint64, func() error) (bool, error)
	patience   patience
	requests   chan truncateRequest
}

// truncateRequest asks the sync loop to delete what is done, and, when durable is
// set, to make that survive the loss of power.
type truncateRequest struct {
	durable bool
	answer  chan error
}

// truncate has the sync loop delete what is done and waits for it.
func (j *Journal) truncate(durable bool) error {
	request := truncateRequest{durable, make(chan error, 1)}
	select {
	case j.truncator.requests <- request:
		return <-request.answer
	case <-j.lifecycle.stopped:
		return ErrClosed
	}
}

// truncatable counts the segments at the beginning that can be deleted. None is
// deleted before one that lies before it: there are never holes.
func (l *log) truncatable() int {
	checkpoint := l.consumers.done()
	for i, s := range l.segments {
		if !s.sealed || s.lastSeq > checkpoint {
			return i
		}
	}
	return len(l.segments)
}

// obsolete returns the segments that can be deleted now: no file is deleted that
// waits for its fsync.
func (l *log) obsolete() []*segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.truncateDue = false
	var obsolete []*segment
	for _, s := range l.segments[:l.truncatable()] {
		if s.unsynced || s.file != nil && s.unnamed == nil {
			break
		}
		obsolete = append(obsolete, s)
	}
	return obsolete
}

// pass deletes the segments that are done, after a sync pass. It deletes nothing while the
// directory is not in its place: by these names there may be another's.
func (t *truncator) pass() error {
	if t.place.check() != nil {
		return nil // which was told
	}
	for _, name := range t.log.takeGivenUp() {
		t.report(fmt.Errorf("journal: consumer %s is given up, since the room of what was kept for it is needed: this process does not declare it. "+
			"Declare it, or drop it before", name))
	}
	obsolete := t.log.obsolete()
	if len(obsolete) == 0 {
		return nil
	}
	t.checkpoint.checkFile()
	err := t.checkpoint.save(true)
	if filesystem.IsFull(err) {
		obsolete, err = t.makeCheckpoint(obsolete)
	}
	if err == nil {
		err = t.deleteAll(obsolete)
	}
	if err == nil {
		return nil
	}
	t.log.mu.Lock()
	t.log.truncateDue = true
	t.log.mu.Unlock()
	return fmt.Errorf("journal: deleting what is done: %w", err)
}

// deleteAll deletes the first segments, which are these, until one cannot be deleted.
func (t *truncator) deleteAll(obsolete []*segment) error {
	for _, s := range obsolete {
		if err := t.delete(s); err != nil {
			return err
		}
	}
	return nil
}

// delete takes the first segment out of the journal: one that its owner keeps and one
// that is corrupt get another name, the others are deleted.
func (t *truncator) delete(s *segment) error {
	corrupt, err := t.isDamaged(s)
	if err != nil {
		return err
	}
	kept, err := t.keep(s.number, func() error { return t.rename(s) })
	if err != nil {
		return fmt.Errorf("keeping a segment: %w", err)
	}
	if corrupt && !kept {
		if err := t.setAside(s); err != nil {
			return fmt.Errorf("moving corrupt segment: %w", err)
		}
	} else if err := t.remove(s); err != nil { // one that is kept has no such name any more
		return err
	}
	return t.forget(s)
}

// makeCheckpoint writes the checkpoint on a disk that has no room for one: it takes that
// of the first segment that is done, not corrupt, and not kept. It returns the segments
// behind it.
//
// Others before it are moved without a checkpoint, and for that none may be on the disk:
// a journal without one begins with its first segment.
func (t *truncator) makeCheckpoint(obsolete []*segment) (rest []*segment, err error) {
	for i, s := range obsolete {
		corrupt, err := t.isDamaged(s)
		if err != nil {
			return nil, err
		}
		kept, err := t.keep(s.number, func() error { return nil })
		if err != nil {
			return nil, err
		}
		if !corrupt && !kept {
			taken, err := t.checkpoint.takeOver(s.path)
			if taken {
				err = errors.Join(err, t.forget(s))
			}
			return obsolete[i+1:], err
		}
		if err := t.checkpoint.abandon(); err != nil {
			return nil, err
		}
		if err := t.delete(s); err != nil {
			return nil, err
		}
	}
	return nil, t.checkpoint.save(true)
}

// isDamaged reports whether a segment that is done is corrupt.
func (t *truncator) isDamaged(s *segment) (bool, error) {
	l := t.log
	if s.unread {
		corrupt, err := t.isCorrupt(s)
		if err != nil {
			return false, err
		}
		l.mu.Lock()
		s.unread, s.corrupt = false, s.corrupt || corrupt
		l.mu.Unlock()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.corrupt, nil
}

// forget drops the first segment, whose file is gone.
func (t *truncator) forget(s *segment) error {
	l := t.log
	l.consumers.leave(s)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments = append(l.segments[:0:0], l.segments[1:]...)
	l.free(s.bytes)
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
