// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"slices"
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
	p := c.log.position()
	err := c.file.ensure(c.fs, c.dir, p)
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

// takeOver makes a file that is no more needed the file of the checkpoint, and
// writes the checkpoint of this moment. taken is false when the file is still what it was.
func (c *checkpointer) takeOver(path string) (taken bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log.mu.Lock()
	taken, err = c.file.takeOver(c.fs, c.dir, path)
	c.log.mu.Unlock()
	if err == nil {
		err = c.saveLocked(true)
	}
	return taken, err
}

// abandon makes sure that no checkpoint is on the disk.
func (c *checkpointer) abandon() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log.mu.Lock()
	var err error
	if c.file.file != nil && !c.file.closed {
		err = c.file.discard(c.fs, c.dir)
	}
	c.log.mu.Unlock()
	return errors.Join(err, c.fs.SyncDir(c.dir))
}

// isBehind reports whether the file does not have the position of a consumer yet.
func (c *checkpointer) isBehind(consumer string, checkpoint uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.file.isBehind(consumer, checkpoint)
}

// close makes the checkpoint durable unless it is, and closes its file.
func (c *checkpointer) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log.mu.Lock()
	p := c.log.position()
	c.log.mu.Unlock()
	var err error
	if c.log.place.err() == nil && !isSame(p, c.file.durable) {
		err = c.saveLocked(true)
	}
	return errors.Join(err, c.file.close())
}

// isSame reports whether two checkpoints say the same.
func isSame(a, b format.Checkpoint) bool {
	same := func(a, b format.Position) bool { return a.Name == b.Name && a.Seq == b.Seq }
	if len(b.Consumers) == 0 { // there was none, which is as good as one at the very beginning
		return a.LastSeq == 0 && a.Rearmost().Seq == 0
	}
	return a.LastSeq == b.LastSeq && slices.EqualFunc(a.Consumers, b.Consumers, same)
}

// position returns the checkpoint of this moment.
func (l *log) position() format.Checkpoint {
	c := format.Checkpoint{LastSeq: l.written, LastSegment: l.nextSegment - 1}
	if l.tail.adopted.behind > 0 {
		c.LastSeq = l.lastSeq // an earlier checkpoint says so
	}
	for _, consumer := range l.consumers.all {
		if !consumer.gone.Load() {
			c.Consumers = append(c.Consumers, l.locate(consumer.name, consumer.progress.checkpoint.Load()))
		}
	}
	return c
}

// locate returns where the record after seq begins, or one before it.
func (l *log) locate(name string, seq uint64) format.Position {
	for _, s := range l.segments {
		if s.lastSeq > seq {
			return format.Position{Name: name, Seq: seq, Segment: s.number, Offset: s.find(seq + 1).offset}
		}
	}
	if s := l.current; s != nil {
		return format.Position{Name: name, Seq: seq, Segment: s.number, Offset: s.size}
	}
	return format.Position{Name: name, Seq: seq, Segment: l.nextSegment}
}
