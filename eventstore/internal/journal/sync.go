// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// WaitSynced waits until the record seq survives the loss of power: its file
// and its entry in the directory are fsynced. Waiters that come while an fsync
// runs share the next. When the fsync failed, its error is returned, to those
// that ask later too: the record may be lost with the power, though the reader
// will most likely deliver it. A record that lies in the tail and could not be
// written to a segment has that error, and a later call may succeed. ctx's error
// and ErrClosed leave it open.
func (j *Journal) WaitSynced(ctx context.Context, seq uint64) error {
	return j.WaitBatchSynced(ctx, seq, seq)
}

// WaitBatchSynced is [Journal.WaitSynced] for the records from first to last,
// which may lie in several segments. The error is about any of them.
func (j *Journal) WaitBatchSynced(ctx context.Context, first, last uint64) error {
	var unwritten error
	for {
		j.mu.Lock()
		if err := j.failures.find(first, last); err != nil {
			j.mu.Unlock()
			return err
		}
		if last <= j.resolved {
			j.mu.Unlock()
			return nil
		}
		if unwritten != nil && last > j.written {
			j.mu.Unlock()
			return unwritten
		}
		if given := j.lastSeq; last > given {
			j.mu.Unlock()
			return fmt.Errorf("journal: wait for record %d, the last is %d", last, given)
		}
		select {
		case <-j.done:
			j.mu.Unlock()
			return ErrClosed
		default:
		}
		j.urgent = true
		if j.passed == nil {
			j.passed = &passed{done: make(chan struct{})}
		}
		passed := j.passed
		complete := j.groupCommit.join()
		j.mu.Unlock()
		if complete {
			j.wakeSyncer()
		}
		select {
		case <-passed.done:
			if last <= passed.durable {
				return nil
			}
			unwritten = passed.err
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// run is the sync loop: it owns every fsync and every deletion.
func (j *Journal) run() {
	defer close(j.done)
	timer := time.NewTimer(j.opt.SyncInterval)
	armed := true
	defer timer.Stop()
	for {
		due := false
		select {
		case <-j.wakeSync:
		case <-timer.C:
			armed, due = false, true
		case order := <-j.truncations:
			unwritten := j.syncPass()
			err := j.truncatePass()
			if err == nil && order.durable {
				err = errors.Join(unwritten, j.syncErased())
			}
			order.answer <- err
		case <-j.closing:
			j.finish()
			return
		}
		j.mu.Lock()
		urgent, dirty, truncate := j.urgent, j.dirty, j.truncateDue
		j.mu.Unlock()
		if urgent || dirty && due || truncate {
			if urgent && !truncate {
				j.awaitGroup()
			}
			dirty = j.syncPass() != nil
		}
		if truncate {
			err := j.truncatePass()
			j.report(err)
			dirty = dirty || err != nil // try again after the interval, not at once
		}
		if dirty && !armed {
			timer.Reset(j.opt.SyncInterval)
			armed = true
		}
	}
}

// passed is what a sync pass tells those who wait for it.
type passed struct {
	done    chan struct{} // closed when it has ended
	durable uint64        // everything up to here is synced; 0 once an fsync has failed
	err     error         // why something is in no segment, which there is to sync
}

// task is one file of a sync pass.
type task struct {
	segment *segment
	target  uint64
	err     error
}

// syncPass fsyncs what is there now: the files of sealed segments in order,
// the directory, the current file. The error is about what lies in the tail and
// cannot be written to a segment.
func (j *Journal) syncPass() error {
	j.mu.Lock()
	unwritten := j.flush()
	broken := j.tail.broken
	j.tail.broken = nil
	sealed := j.queue
	j.queue = nil
	tasks := make([]task, 0, len(sealed)+1)
	enter := false
	add := func(s *segment) {
		s.unsynced = false
		enter = enter || !s.entered
		tasks = append(tasks, task{segment: s, target: s.lastSeq, err: s.failed})
	}
	for _, s := range sealed {
		add(s)
	}
	if s := j.current; s != nil && s.size > 0 && s.unsynced {
		add(s)
	}
	stays := j.tail.stays
	passed := j.passed
	j.passed, j.dirty, j.urgent = nil, unwritten != nil, false
	j.groupCommit.begin()
	j.mu.Unlock()
	began := time.Now()
	j.report(broken)
	if unwritten != nil && !j.unwritten && !errors.Is(unwritten, ErrClosed) { // which Close explains
		j.report(unwritten)
	}
	j.unwritten = unwritten != nil

	var dirErr error
	for i := range tasks {
		t := &tasks[i]
		if i < len(sealed) {
			t.err = j.syncSealed(t.segment, t.err)
		}
	}
	if enter {
		if dirErr = j.fs.SyncDir(j.dir); dirErr != nil {
			dirErr = fmt.Errorf("journal: fsync %s: %w", j.dir, dirErr)
			j.report(dirErr)
		}
	}
	if len(tasks) > len(sealed) {
		t := &tasks[len(sealed)]
		if err := t.segment.file.Sync(); err != nil {
			t.err = fmt.Errorf("journal: fsync: %w", err)
			j.report(t.err)
		}
	}
	j.groupCommit.took = time.Since(began)
	failed := j.settle(tasks, dirErr)
	synced := dirErr == nil && !slices.ContainsFunc(tasks, func(t task) bool { return t.err != nil })
	if stays && synced {
		_ = j.removeTail() // or after the next pass
	}
	if passed != nil {
		if len(tasks) > 0 && !failed {
			passed.durable = tasks[len(tasks)-1].target
		}
		passed.err = unwritten
		close(passed.done)
	}
	return unwritten
}

// syncSealed fsyncs and closes the file of a sealed segment. One whose fsync
// failed before is not fsynced again: success would prove nothing, as the
// kernel may have dropped what it could not write.
func (j *Journal) syncSealed(s *segment, failed error) error {
	file := s.file
	if file == nil {
		// Left by an earlier process, perhaps still in the page cache.
		var err error
		if file, err = j.fs.Edit(s.path); err != nil {
			return j.failedSync(err)
		}
	}
	err := failed
	if s.reserved > s.size {
		if err := file.Truncate(s.size); err != nil {
			j.report(fmt.Errorf("journal: giving back what a segment did not need: %w", err))
		}
	}
	if err == nil {
		if err = file.Sync(); err != nil {
			err = j.failedSync(err)
		}
	}
	if closeErr := file.Close(); closeErr != nil {
		j.report(fmt.Errorf("journal: close segment: %w", closeErr))
	}
	j.mu.Lock()
	s.file = nil
	j.mu.Unlock()
	return err
}

func (j *Journal) failedSync(err error) error {
	err = fmt.Errorf("journal: fsync: %w", err)
	j.report(err)
	return err
}

// settle writes down what a sync pass proved, and tells whether this or an
// earlier one failed: whoever waits for it may wait for what that one had.
func (j *Journal) settle(tasks []task, dirErr error) (failed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range tasks {
		s, err := t.segment, t.err
		if err == nil && !s.entered {
			err = dirErr
		}
		if err == nil {
			s.entered = true
			s.synced = t.target
			j.resolved = max(j.resolved, t.target)
			continue
		}
		if s.failed == nil {
			s.failed = err
		}
		if s == j.current {
			j.seal()
		}
		// What was appended since the pass began went to the same file.
		j.failures.add(s.synced+1, s.lastSeq, s.failed)
		j.resolved = max(j.resolved, s.lastSeq)
	}
	j.groupCommit.end()
	return len(j.failures.list) > 0
}

// finish is the end of the sync loop: everything is fsynced, what is done is
// deleted, the checkpoint is fsynced, the files are closed.
func (j *Journal) finish() {
	j.mu.Lock()
	err := j.endTail()
	if s := j.current; s != nil {
		j.seal()
	}
	j.mu.Unlock()
	_ = j.syncPass()
	err = errors.Join(err, j.truncatePass(), j.saveLast())
	j.mu.Lock()
	err = errors.Join(err, j.closeTail())
	j.closeErr = errors.Join(j.failures.find(j.lastSeq, j.lastSeq), err)
	j.mu.Unlock()
}

// saveLast makes the checkpoint durable unless it is, and closes its file.
func (j *Journal) saveLast() error {
	j.saving.Lock()
	saved := j.file.durable
	j.saving.Unlock()
	j.mu.Lock()
	p := j.position()
	j.mu.Unlock()
	var err error
	if p.Seq != saved.Seq || p.LastSeq != saved.LastSeq {
		err = j.save(true)
	}
	j.saving.Lock()
	defer j.saving.Unlock()
	return errors.Join(err, j.file.close())
}
