// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// syncPass is what one sync pass works on.
type syncPass struct {
	tasks        []syncTask // files of sealed segments in order, then perhaps the current one's
	sealed       int        // how many of the tasks are sealed segments
	enter        bool       // an entry of the directory is not durable yet
	obsoleteTail bool       // the tail can be removed once all of this is durable
	unwritten    error      // why something stays in the tail
	broken       error      // why there is no tail any more, once
	result       *passResult
}

// syncTask is one file of a sync pass.
type syncTask struct {
	segment *segment
	target  uint64
	err     error
}

// pass fsyncs what is there now: the files of sealed segments in order, the
// directory, the current file. The error is about what lies in the tail and
// cannot be written to a segment. Only the sync loop calls it.
func (s *syncer) pass() error {
	p := s.begin()
	began := time.Now()
	s.report(p.broken)
	if p.unwritten != nil && !s.unwritten && !errors.Is(p.unwritten, ErrClosed) { // which Close explains
		s.report(p.unwritten)
	}
	s.unwritten = p.unwritten != nil

	for i := range p.tasks[:p.sealed] {
		t := &p.tasks[i]
		t.err = s.syncSealed(t.segment, t.err)
	}
	var dirErr error
	if p.enter {
		if dirErr = s.fs.SyncDir(s.dir); dirErr != nil {
			dirErr = fmt.Errorf("journal: fsync %s: %w", s.dir, dirErr)
			s.report(dirErr)
		}
	}
	if len(p.tasks) > p.sealed {
		t := &p.tasks[p.sealed]
		if err := t.segment.file.Sync(); err != nil {
			t.err = s.failedSync(err)
		}
	}
	s.took = time.Since(began)
	failed := s.settle(p.tasks, dirErr)
	synced := dirErr == nil && !slices.ContainsFunc(p.tasks, func(t syncTask) bool { return t.err != nil })
	if p.obsoleteTail && synced {
		_ = s.log.removeTail() // or after the next pass
	}
	if r := p.result; r != nil {
		if len(p.tasks) > 0 && !failed {
			r.durable = p.tasks[len(p.tasks)-1].target
		}
		r.err = p.unwritten
		close(r.done)
	}
	return p.unwritten
}

// begin takes what there is to sync, and those who wait for it, in one step:
// whoever waits had appended before.
func (s *syncer) begin() syncPass {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	p := s.log.takeUnsynced()
	s.mu.Lock()
	defer s.mu.Unlock()
	p.result = s.next
	s.next, s.urgent = nil, false
	s.group.begin()
	return p
}

// takeUnsynced writes the tail to segments and returns all segments that need an
// fsync.
func (l *log) takeUnsynced() syncPass {
	p := syncPass{unwritten: l.flush(), broken: l.tail.broken, sealed: len(l.unsynced)}
	l.tail.broken = nil
	sealed := l.unsynced
	l.unsynced = nil
	p.tasks = make([]syncTask, 0, len(sealed)+1)
	add := func(s *segment) {
		s.unsynced = false
		p.enter = p.enter || !s.entered
		p.tasks = append(p.tasks, syncTask{segment: s, target: s.lastSeq, err: s.failed})
	}
	for _, s := range sealed {
		add(s)
	}
	if s := l.current; s != nil && s.size > 0 && s.unsynced {
		add(s)
	}
	p.obsoleteTail = l.tail.obsolete
	l.dirty = p.unwritten != nil
	return p
}

// syncSealed fsyncs and closes the file of a sealed segment. One whose fsync
// failed before is not fsynced again: success would prove nothing, as the
// kernel may have dropped what it could not write.
func (s *syncer) syncSealed(seg *segment, failed error) error {
	file := seg.file
	if file == nil {
		// Left by an earlier process, perhaps still in the page cache.
		var err error
		if file, err = s.fs.Edit(seg.path); err != nil {
			return s.failedSync(err)
		}
	}
	err := failed
	if seg.reserved > seg.size {
		if err := file.Truncate(seg.size); err != nil {
			s.report(fmt.Errorf("journal: giving back what a segment did not need: %w", err))
		}
	}
	if err == nil {
		if err = file.Sync(); err != nil {
			err = s.failedSync(err)
		}
	}
	if closeErr := file.Close(); closeErr != nil {
		s.report(fmt.Errorf("journal: close segment: %w", closeErr))
	}
	s.log.mu.Lock()
	seg.file = nil
	s.log.mu.Unlock()
	return err
}

func (s *syncer) failedSync(err error) error {
	err = fmt.Errorf("journal: fsync: %w", err)
	s.report(err)
	return err
}

// settle writes down what a sync pass proved, and tells whether this or an
// earlier one failed: whoever waits for it may wait for what that one had.
func (s *syncer) settle(tasks []syncTask, dirErr error) (failed bool) {
	l := s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range tasks {
		seg, err := t.segment, t.err
		if err == nil && !seg.entered {
			err = dirErr
		}
		if err == nil {
			seg.entered = true
			seg.synced = t.target
			s.resolved = max(s.resolved, t.target)
			continue
		}
		if seg.failed == nil {
			seg.failed = err
		}
		if seg == l.current {
			l.seal()
		}
		// What was appended since the pass began went to the same file.
		s.failures.add(seg.synced+1, seg.lastSeq, seg.failed)
		s.resolved = max(s.resolved, seg.lastSeq)
	}
	s.group.end()
	return len(s.failures.list) > 0
}
