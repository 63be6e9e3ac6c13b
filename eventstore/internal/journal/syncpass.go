// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// syncPass is what one sync pass works on.
type syncPass struct {
	tasks        []syncTask // files of sealed segments in order, then perhaps the current one's
	sealed       int        // how many of the tasks are sealed segments
	enter        bool       // an entry of the directory is not durable yet
	obsoleteTail bool       // the tail can be removed once all of this is durable
	unwritten    error      // why something stays in the tail
	broken       error      // why there is no tail any more, once
	tail         filesystem.File
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
// cannot be written to a segment, or ErrDisplaced. Only the sync loop calls it.
//
// What is fsynced counts only when names lead to it: that is looked at behind the
// fsyncs, and before them, so that a directory that is put back costs nothing.
func (s *syncer) pass() error {
	if err := s.place.check(); err != nil {
		return s.putOff(err)
	}
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
		dirErr = s.syncDir()
	}
	if len(p.tasks) > p.sealed {
		t := &p.tasks[p.sealed]
		t.err = s.sync(t.segment, t.segment.file)
	}
	s.took = time.Since(began)
	s.checkTail(p.tail)
	if err := s.place.check(); err != nil {
		for i := range p.tasks {
			p.tasks[i].err = errors.Join(p.tasks[i].err, err)
		}
	}
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

// putOff ends a pass for those who wait for it, without a look at what they wait for.
func (s *syncer) putOff(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.next; r != nil {
		r.err = err
		close(r.done)
	}
	s.next, s.urgent = nil, false
	s.group.begin()
	s.group.end()
	return err
}

// begin takes what there is to sync, and those who wait for it, in one step:
// whoever waits had appended before.
func (s *syncer) begin() syncPass {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.mu.Lock()
	result := s.next
	s.next, s.urgent = nil, false
	s.group.begin()
	s.mu.Unlock()
	p := s.log.takeUnsynced()
	p.result = result
	return p
}

// takeUnsynced writes to segments what lies in the tail by now, and returns all
// segments that need an fsync. Nobody writes to any of them but the last one any more.
func (l *log) takeUnsynced() syncPass {
	unwritten := l.writeOut()
	l.awaitWriter()
	p := syncPass{unwritten: unwritten, broken: l.tail.broken, sealed: len(l.unsynced)}
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
	if !l.tail.disabled.Load() {
		p.tail = l.tail.file
	}
	if l.dirty = p.unwritten != nil; l.tail.holds() {
		l.markDirty() // appended since
	}
	return p
}

// syncSealed fsyncs and closes the file of a sealed segment. One whose fsync
// failed before is not fsynced again: success would prove nothing, as the
// kernel may have dropped what it could not write.
func (s *syncer) syncSealed(seg *segment, failed error) error {
	var file filesystem.File
	if seg.file != nil {
		file = seg.file
	} else {
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
		err = s.sync(seg, file)
	}
	s.log.mu.Lock()
	keep := seg.unnamed != nil
	if !keep {
		seg.file = nil // no reader joins from here on
	}
	s.log.mu.Unlock()
	if keep {
		return err
	}
	if closeErr := file.Close(); closeErr != nil {
		s.report(fmt.Errorf("journal: close segment: %w", closeErr))
	}
	return err
}

// sync fsyncs the file of a segment, and makes sure that its name leads to it.
func (s *syncer) sync(seg *segment, file filesystem.File) error {
	if err := file.Sync(); err != nil {
		return s.failedSync(err)
	}
	cause := file.InPlace()
	if cause == nil {
		return nil
	}
	err := s.place.check()
	if err == nil {
		err = fmt.Errorf("%w: %w. What is in this segment can be read by this process alone. No event is accepted until all of that is delivered: "+
			"let the service run until then, and leave the files of a journal alone", ErrDisplaced, cause)
		s.report(err)
	}
	if file == seg.file {
		s.log.loseName(seg, err)
	}
	return err
}

// syncDir makes the entries of the directory durable, and before them its own.
func (s *syncer) syncDir() error {
	for _, dir := range append(s.parents, s.dir) {
		if err := s.fs.SyncDir(dir); err != nil {
			err = fmt.Errorf("journal: fsync %s: %w", dir, err)
			s.report(err)
			return err
		}
	}
	s.parents = nil
	return nil
}

// checkTail gives up a tail whose file was removed or replaced. Another one begins
// with the next append.
func (s *syncer) checkTail(file filesystem.File) {
	if file == nil {
		return
	}
	cause := file.InPlace()
	if cause == nil || s.place.check() != nil {
		return
	}
	s.log.mu.Lock()
	s.log.loseTail()
	s.log.mu.Unlock()
	s.report(errors.Join(fmt.Errorf("journal: the tail was removed or replaced while it was in use: %w. "+
		"The next append makes another; leave the files of a journal alone", cause), file.Close()))
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
