// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// room says who may use the room that is left within the bound, and whether the
// disk has any. The mutex of the log guards it.
type room struct {
	full  bool          // an append found none within the bound, and none was made since
	disk  bool          // the same on the disk
	freed chan struct{} // closed when full becomes false
	turn  *Turn         // a batch that waits for room in its midst
}

// markFull notes that an append found no room within the bound.
func (l *log) markFull() {
	if r := &l.room; !r.full {
		r.full = true
		r.freed = make(chan struct{})
	}
	l.makeRoom()
}

// markFullDisk notes that an append found no room on the disk.
func (l *log) markFullDisk(err error) {
	if filesystem.IsFull(err) {
		l.room.disk = true
		l.makeRoom()
	}
}

// makeRoom has what is done deleted.
func (l *log) makeRoom() {
	l.rotateIfDone()
	if l.truncatable() == 0 && l.giveUp() {
		l.rotateIfDone()
	}
	if l.truncatable() > 0 {
		l.truncateDue = true
		l.wakeSyncer.send()
	}
}

// free gives n bytes back to the room.
func (l *log) free(n int64) {
	l.bytes -= n
	l.room.disk = false
	if r := &l.room; r.full {
		r.full = false
		close(r.freed)
	}
}

// WaitSpace waits until a segment was deleted since the last ErrFull, or
// returns at once when that has happened; while a Turn keeps others out, until
// that ends. Another caller may take the room first: append in a loop. The
// error is that of ctx, or ErrClosed.
func (j *Journal) WaitSpace(ctx context.Context) error { return j.waitSpace(ctx, nil) }

func (j *Journal) waitSpace(ctx context.Context, t *Turn) error {
	freed, err := j.log.freed(t)
	if freed == nil || err != nil {
		return err
	}
	select {
	case <-freed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-j.lifecycle.closing:
		return ErrClosed
	}
}

// freed returns what is closed when there may be room for a turn, or for an
// append without one; nil when there may be now.
func (l *log) freed(t *Turn) (<-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &l.room
	switch {
	case l.closed:
		return nil, ErrClosed
	case r.turn != nil && r.turn != t:
		return r.turn.ended, nil
	case r.full:
		return r.freed, nil
	default:
		return nil, nil
	}
}

// Full reports that an append found no room and none was made since.
func (j *Journal) Full() bool {
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	return j.log.room.full
}
