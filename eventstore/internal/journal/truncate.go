// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// truncator deletes the segments that are done, from the front. It has no state
// of its own besides what it is asked: but for ask, its methods are the sync
// loop's, and those of Open before that begins.
type truncator struct {
	dir        string
	fs         FS
	log        *log
	place      *location
	checkpoint *checkpointer
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
	checkpoint := l.progress.checkpoint.Load()
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
	obsolete := t.log.obsolete()
	if len(obsolete) == 0 {
		return nil
	}
	t.checkpoint.checkFile()
	err := t.checkpoint.save(true)
	if filesystem.IsFull(err) && t.checkpoint.isUnwritten() {
		// A journal without a checkpoint begins with its first segment: what is deleted makes room for one.
		err = errors.Join(t.deleteAll(obsolete), t.checkpoint.save(true))
	} else if err == nil {
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

// delete takes the first segment out of the journal: a corrupt one is moved, the
// others are deleted.
func (t *truncator) delete(s *segment) error {
	l := t.log
	if s.unread {
		corrupt, err := t.isCorrupt(s)
		if err != nil {
			return err
		}
		l.mu.Lock()
		s.unread, s.corrupt = false, s.corrupt || corrupt
		l.mu.Unlock()
	}
	l.mu.Lock()
	corrupt := s.corrupt
	l.mu.Unlock()
	if corrupt {
		if err := t.setAside(s); err != nil {
			return fmt.Errorf("moving corrupt segment: %w", err)
		}
	} else if err := t.remove(s); err != nil {
		return err
	}
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
