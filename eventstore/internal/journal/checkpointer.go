// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// checkpointer writes checkpoints.
type checkpointer struct {
	dir string
	fs  FS
	log *log

	report func(error)

	// mu is held while a checkpoint is taken, written and fsynced: a later one is
	// never overwritten by an earlier one. It guards file, but for the file's
	// creation, which the mutex of the log guards.
	mu   sync.Mutex
	file checkpointFile
}

// save writes the checkpoint of this moment.
func (c *checkpointer) save(durable bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.saveLocked(durable)
}

func (c *checkpointer) saveLocked(durable bool) error {
	c.log.mu.Lock()
	err := c.file.ensure(c.fs, c.dir)
	p := c.log.position()
	c.log.mu.Unlock()
	if err != nil {
		return err
	}
	return c.file.save(c.fs, c.dir, p, durable)
}

// checkFile makes sure that the file's name leads to it, and begins another one
// otherwise: without its checkpoint, a journal delivers all of what it has again.
func (c *checkpointer) checkFile() {
	c.mu.Lock()
	c.log.mu.Lock()
	file := c.file.file
	c.log.mu.Unlock()
	var err error
	if file != nil && !c.file.closed {
		if err = file.InPlace(); err != nil {
			err = fmt.Errorf("journal: the checkpoint was removed or replaced while it was in use: %w. It is written anew; "+
				"leave the files of a journal alone", err)
			c.log.mu.Lock()
			err = errors.Join(err, c.file.discard(c.fs, c.dir))
			c.log.mu.Unlock()
		}
	}
	c.mu.Unlock()
	c.report(err)
}

// isBehind reports whether the file does not have a checkpoint yet.
func (c *checkpointer) isBehind(checkpoint uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.file.latest.Seq < checkpoint
}

// isUnwritten reports whether there is no checkpoint on the disk, of this process or
// an earlier one: one that is written names the segments that were taken.
func (c *checkpointer) isUnwritten() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.file.latest.LastSegment == 0
}

// close makes the checkpoint durable unless it is, and closes its file.
func (c *checkpointer) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log.mu.Lock()
	p := c.log.position()
	c.log.mu.Unlock()
	var err error
	if saved := c.file.durable; c.log.place.err() == nil && (p.Seq != saved.Seq || p.LastSeq != saved.LastSeq) {
		err = c.saveLocked(true)
	}
	return errors.Join(err, c.file.close())
}

// position returns the checkpoint of this moment.
func (l *log) position() format.Checkpoint {
	p := format.Checkpoint{
		Seq: l.progress.checkpoint.Load(), LastSeq: l.written,
		Segment: l.nextSegment, LastSegment: l.nextSegment - 1,
	}
	for _, s := range l.segments {
		if s.lastSeq > p.Seq {
			p.Segment, p.Offset = s.number, s.find(p.Seq+1).offset
			return p
		}
	}
	if s := l.current; s != nil {
		p.Segment, p.Offset = s.number, s.size
	}
	return p
}
