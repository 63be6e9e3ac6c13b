// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync"
	"sync/atomic"
)

// readers knows the reader of a consumer, and wakes it.
type readers struct {
	wake    signal      // there are records
	waiting atomic.Bool // the reader is about to wait

	// mu guards everything below.
	mu      sync.Mutex
	current *Reader
	closed  bool
}

// notify wakes a reader that waits for records.
func (r *readers) notify() {
	if r.waiting.Load() {
		r.wake.send()
	}
}

// replace makes a reader the current one and returns the one before, if any.
// The new one is closed when the journal is.
func (r *readers) replace(reader *Reader) (before *Reader) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before, r.current = r.current, reader
	reader.closed = r.closed
	return before
}

// leave has the reader close the file of a segment that is done: while it is open, it
// takes room on the disk though it has no name any more.
func (r *readers) leave(s *segment) {
	r.mu.Lock()
	reader := r.current
	r.mu.Unlock()
	if reader != nil {
		reader.leave(s)
	}
}

// close has later readers begin closed, and returns the current one, if any.
func (r *readers) close() *Reader {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.current
}

// NewReader returns a reader of the first consumer: see [Consumer.NewReader].
func (j *Journal) NewReader() *Reader { return j.first.NewReader() }

// NewReader returns a reader that begins behind the consumer's checkpoint. A
// consumer has one reader: the one before it gets ErrClosed.
func (c *Consumer) NewReader() *Reader {
	r := &Reader{journal: c.journal, consumer: c, buf: make([]byte, chunkBytes), next: c.progress.next()}
	if before := c.readers.replace(r); before != nil {
		before.close()
	}
	return r
}
