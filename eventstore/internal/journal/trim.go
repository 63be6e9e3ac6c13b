// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// trimmable counts the segments at the beginning that can be deleted. None is
// deleted before one that lies before it: there are never holes.
func (j *Journal) trimmable() int {
	for i, s := range j.segments {
		if !s.sealed || s.lastSeq > j.checkpoint {
			return i
		}
	}
	return len(j.segments)
}

// trimPass deletes the segments that are done. Only the sync loop calls it,
// after a sync pass, so that no file is deleted that waits for its fsync.
func (j *Journal) trimPass() error {
	j.mu.Lock()
	j.trim = false
	var doomed []*segment
	for _, s := range j.segments[:j.trimmable()] {
		if s.unsynced || s.file != nil {
			break
		}
		doomed = append(doomed, s)
	}
	j.mu.Unlock()
	if len(doomed) == 0 {
		return nil
	}
	err := j.save(true)
	for _, s := range doomed {
		if err != nil {
			break
		}
		err = j.discard(s)
	}
	if err == nil {
		return nil
	}
	j.mu.Lock()
	j.trim = true
	j.mu.Unlock()
	return fmt.Errorf("journal: deleting what is done: %w", err)
}

func (j *Journal) discard(s *segment) error {
	if s.unread {
		spoiled, err := j.inspect(s)
		if err != nil {
			return err
		}
		j.mu.Lock()
		s.unread, s.damaged = false, s.damaged || spoiled
		j.mu.Unlock()
	}
	j.mu.Lock()
	aside := s.damaged && s.copied == ""
	j.mu.Unlock()
	if aside {
		to, err := j.copyAside(s)
		if err != nil {
			return fmt.Errorf("copying damaged segment aside: %w", err)
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

// becomeFull notes that an append found no room.
func (j *Journal) becomeFull() {
	if !j.full {
		j.full = true
		j.space = make(chan struct{})
	}
	j.vacate()
	if j.trimmable() > 0 {
		j.trim = true
		j.wake()
	}
}

// WaitSpace waits until a segment was deleted since the last ErrFull, or
// returns at once when that has happened. Another caller may take the room
// first: append in a loop. The error is that of ctx, or ErrClosed.
func (j *Journal) WaitSpace(ctx context.Context) error {
	j.mu.Lock()
	full, space, closing := j.full, j.space, j.isClosing
	j.mu.Unlock()
	if closing {
		return ErrClosed
	}
	if !full {
		return nil
	}
	select {
	case <-space:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-j.closing:
		return ErrClosed
	}
}
