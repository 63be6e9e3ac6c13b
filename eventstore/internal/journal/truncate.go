// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// truncatable counts the segments at the beginning that can be deleted. None is
// deleted before one that lies before it: there are never holes.
func (j *Journal) truncatable() int {
	for i, s := range j.segments {
		if !s.sealed || s.lastSeq > j.checkpoint {
			return i
		}
	}
	return len(j.segments)
}

// truncateRequest asks the sync loop to delete what is done, and, when durable is
// set, to make that survive the loss of power.
type truncateRequest struct {
	durable bool
	answer  chan error
}

// truncate has the sync loop delete what is done and waits for it.
func (j *Journal) truncate(durable bool) error {
	order := truncateRequest{durable, make(chan error, 1)}
	select {
	case j.truncations <- order:
		return <-order.answer
	case <-j.done:
		return ErrClosed
	}
}

// truncatePass deletes the segments that are done. Only the sync loop calls it,
// after a sync pass, so that no file is deleted that waits for its fsync.
func (j *Journal) truncatePass() error {
	j.mu.Lock()
	j.truncateDue = false
	var obsolete []*segment
	for _, s := range j.segments[:j.truncatable()] {
		if s.unsynced || s.file != nil {
			break
		}
		obsolete = append(obsolete, s)
	}
	j.mu.Unlock()
	if len(obsolete) == 0 {
		return nil
	}
	err := j.save(true)
	for _, s := range obsolete {
		if err != nil {
			break
		}
		err = j.discard(s)
	}
	if err == nil {
		return nil
	}
	j.mu.Lock()
	j.truncateDue = true
	j.mu.Unlock()
	return fmt.Errorf("journal: deleting what is done: %w", err)
}

func (j *Journal) discard(s *segment) error {
	if s.unread {
		corrupt, err := j.isCorrupt(s)
		if err != nil {
			return err
		}
		j.mu.Lock()
		s.unread, s.corrupt = false, s.corrupt || corrupt
		j.mu.Unlock()
	}
	j.mu.Lock()
	needsCopy := s.corrupt && s.copied == ""
	j.mu.Unlock()
	if needsCopy {
		to, err := j.copyCorrupt(s)
		if err != nil {
			return fmt.Errorf("copying corrupt segment: %w", err)
		}
		j.mu.Lock()
		s.copied = to
		j.mu.Unlock()
	}
	if err := j.fs.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = append(j.segments[:0:0], j.segments[1:]...)
	j.bytes -= s.bytes
	if j.full {
		j.full = false
		close(j.space)
	}
	return nil
}

// markFull notes that an append found no room.
func (j *Journal) markFull() {
	if !j.full {
		j.full = true
		j.space = make(chan struct{})
	}
	j.rotateIfDone()
	if j.truncatable() > 0 {
		j.truncateDue = true
		j.wakeSyncer()
	}
}

// WaitSpace waits until a segment was deleted since the last ErrFull, or
// returns at once when that has happened; while a Turn keeps others out, until
// that ends. Another caller may take the room first: append in a loop. The
// error is that of ctx, or ErrClosed.
func (j *Journal) WaitSpace(ctx context.Context) error { return j.waitSpace(ctx, nil) }

func (j *Journal) waitSpace(ctx context.Context, t *Turn) error {
	j.mu.Lock()
	closing := j.isClosing
	var room <-chan struct{}
	switch {
	case j.turn != nil && j.turn != t:
		room = j.turn.ended
	case j.full:
		room = j.space
	}
	j.mu.Unlock()
	if closing {
		return ErrClosed
	}
	if room == nil {
		return nil
	}
	select {
	case <-room:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-j.closing:
		return ErrClosed
	}
}

// Full reports that an append found no room and none was made since.
func (j *Journal) Full() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.full
}
