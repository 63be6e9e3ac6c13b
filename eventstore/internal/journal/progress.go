// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync"
	"sync/atomic"
)

// progress is how far the journal is done, and what of it is lost.
type progress struct {
	// checkpoint is finished, moved past what follows it and is lost. It never
	// falls. Whoever sets it holds mu; an append reads it without.
	checkpoint atomic.Uint64

	// mu guards everything below.
	mu       sync.Mutex
	finished uint64 // what Checkpoint was told
	lost     ranges
	count    uint64 // how many numbers this process found lost, done or not
	oldest   oldest
}

// start sets where the journal begins.
func (p *progress) start(finished uint64, lost ranges) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finished, p.lost = finished, lost
	for _, span := range lost.spans {
		p.count += span.last - span.first + 1
	}
	p.checkpoint.Store(lost.pass(finished))
}

// finish says that everything up to seq is done. It reports whether that is new.
func (p *progress) finish(seq uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seq <= p.finished {
		return false
	}
	p.finished = seq
	p.checkpoint.Store(p.lost.pass(max(seq, p.checkpoint.Load())))
	return true
}

// next returns the first sequence number that is not done.
func (p *progress) next() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.finished + 1
}

// markLost notes that sequence numbers are lost. first is the first of them that
// is not done, missed how many of these there are, added how many are new.
func (p *progress) markLost(from, last uint64) (first, missed, added uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first = max(from, p.finished+1)
	if first > last {
		return first, 0, 0
	}
	added = p.lost.add(first, last)
	p.count += added
	p.checkpoint.Store(p.lost.pass(p.checkpoint.Load()))
	return first, last - first + 1, added
}

// done is a snapshot of progress.
type done struct {
	finished   uint64
	checkpoint uint64
	lost       uint64 // all that this process found lost
	ahead      uint64 // those of them that are behind the checkpoint
}

func (p *progress) snapshot() done {
	p.mu.Lock()
	defer p.mu.Unlock()
	checkpoint := p.checkpoint.Load()
	return done{p.finished, checkpoint, p.count, p.lost.beyond(checkpoint)}
}
