// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync"
	"sync/atomic"
)

// line is where appends wait that come while another one writes. That one, the
// leader, then writes all of theirs with a single write(2), and wakes them.
// Waiting at the mutex instead, each would be woken to write by itself.
type line struct {
	led  atomic.Bool             // somebody leads
	last atomic.Pointer[waiting] // who joined last
	idle sync.Pool               // of *waiting
}

// waiting is an append in the line. Its goroutine sleeps while others use it.
type waiting struct {
	next   *waiting // who joined before
	record []byte
	seq    uint64
	err    error
	leads  bool // woken to lead, not because it is done
	woken  chan struct{}
}

const (
	// maxLineBytes is the largest record that is copied to wait in the line.
	maxLineBytes = 16 << 10
	// turns is how often a leader writes for others before one of them leads.
	turns = 4
)

// lead reports whether the caller leads from now on, until serve ends that.
func (l *line) lead() bool { return l.led.CompareAndSwap(false, true) }

// join adds an append to the line.
func (l *line) join(parts [][]byte) *waiting {
	w, _ := l.idle.Get().(*waiting)
	if w == nil {
		w = &waiting{woken: make(chan struct{}, 1)}
	}
	w.record = w.record[:0]
	for _, p := range parts {
		w.record = append(w.record, p...)
	}
	for {
		w.next = l.last.Load()
		if l.last.CompareAndSwap(w.next, w) {
			return w
		}
	}
}

// take empties the line, and returns who joined first. The others follow.
func (l *line) take() *waiting {
	var first *waiting
	for w := l.last.Swap(nil); w != nil; {
		before := w.next
		w.next, first = first, w
		w = before
	}
	return first
}

// leave ends the caller's lead, unless somebody waits whom no other leader took.
func (l *line) leave() (left bool) {
	l.led.Store(false)
	return l.last.Load() == nil || !l.lead()
}

// appendInLine appends by way of the line.
func (j *Journal) appendInLine(parts [][]byte) (uint64, error) {
	w := j.line.join(parts)
	if j.line.lead() {
		// Who led may not have seen w.
		j.serve(nil)
	}
	<-w.woken
	if w.leads {
		w.leads = false
		j.serve(w)
	}
	seq, err := w.seq, w.err
	w.next, w.err = nil, nil
	j.line.idle.Put(w)
	return seq, err
}

// serve appends what waits in the line, and that of self and those behind it,
// and ends the lead of the caller.
func (j *Journal) serve(self *waiting) {
	first := self
	for turn := 0; ; turn++ {
		if first == nil {
			first = j.line.take()
		}
		switch {
		case first == nil:
			if j.line.leave() {
				return
			}
		case turn < turns:
			j.appendAllOf(first)
			wake(first, self)
		default:
			first.leads = true
			first.woken <- struct{}{}
			return
		}
		first = nil
	}
}

// wake tells the others that they are done.
func wake(first, self *waiting) {
	for w := first; w != nil; {
		next := w.next // before the memory is used again
		if w != self {
			w.woken <- struct{}{}
		}
		w = next
	}
}

// appendAllOf appends the records of a line. Each is accepted or refused by
// itself.
func (j *Journal) appendAllOf(first *waiting) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.admit(nil); err != nil {
		for w := first; w != nil; w = w.next {
			w.err = err
		}
		return
	}
	staged := first // and not known to be written
	written := func(until *waiting, err error) {
		for ; staged != until; staged = staged.next {
			if staged.err == nil && staged.seq > j.lastSeq {
				staged.err = err
			}
		}
	}
	now := j.opt.Now().UnixNano()
	for w := first; w != nil; w = w.next {
		w.err = j.reserve(len(w.record))
		if len(j.staging.records) == 0 {
			written(w, w.err)
		}
		if w.err == nil {
			w.err = j.stage(now, w.record)
			w.seq = j.lastSeq + uint64(len(j.staging.records))
		}
	}
	written(nil, j.commit())
}
