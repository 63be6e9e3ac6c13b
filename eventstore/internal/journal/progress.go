// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync"
	"sync/atomic"
)

// progress is how far the journal is done, and what of it is lost.
//
//	1 … finished │ lost … checkpoint │ not done │ settled │ not done │ settled …
//
// What is settled behind a gap stays until the gap is closed. The ranges are as
// many as the gaps: whoever settles bounds how much is not done at a time.
type progress struct {
	// checkpoint is finished, moved past what follows it and is lost. It never
	// falls. Whoever sets it holds mu; an append reads it without.
	checkpoint atomic.Uint64

	// mu guards everything below.
	mu       sync.Mutex
	finished uint64 // everything up to here is done, and this number itself is
	settled  ranges // done, behind the checkpoint; disjoint from lost
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
	p.advance()
	return true
}

// settle says that the numbers from first to last are done.
func (p *progress) settle(first, last uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first = max(first, p.checkpoint.Load()+1)
	for _, gap := range p.lost.gaps(first, last) {
		p.settled.add(gap.first, gap.last)
	}
	p.advance()
}

// advance moves the checkpoint over what is done or lost without a gap. The caller
// holds mu.
func (p *progress) advance() {
	from := max(p.checkpoint.Load(), p.finished)
	for {
		if done := p.settled.pass(from); done > from {
			p.finished, from = done, done
		}
		to := p.lost.pass(from)
		if to == from {
			break
		}
		from = to
	}
	p.settled.drop(from)
	p.checkpoint.Store(from)
}

// undone counts the numbers from first to last that are neither done nor lost.
func (p *progress) undone(first, last uint64) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if first = max(first, p.checkpoint.Load()+1); first > last {
		return 0
	}
	return last - first + 1 - p.settled.count(first, last) - p.lost.count(first, last)
}

// firstLost returns the first number from first to last that is lost.
func (p *progress) firstLost(first, last uint64) (seq uint64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost.first(first, last)
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
	for _, gap := range p.settled.gaps(first, last) { // what is done was delivered, and is not lost
		added += p.lost.add(gap.first, gap.last)
	}
	p.count += added
	p.advance()
	return first, last - first + 1, added
}

// done is a snapshot of progress.
type done struct {
	finished   uint64
	checkpoint uint64
	lost       uint64 // all that this process found lost
	ahead      uint64 // done or lost, behind the checkpoint
}

func (p *progress) snapshot() done {
	p.mu.Lock()
	defer p.mu.Unlock()
	checkpoint := p.checkpoint.Load()
	return done{p.finished, checkpoint, p.count, p.lost.beyond(checkpoint) + p.settled.beyond(checkpoint)}
}
