// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// syncer makes records durable, and tells those who wait for that: many of them
// share one pass.
type syncer struct {
	dir       string
	fs        FS
	report    func(error)
	log       *log
	place     *location
	wake      signal // there is something to do, now or after the interval
	lifecycle *lifecycle

	// mu guards what follows, up to failures. It is never held while a file is used.
	mu       sync.Mutex
	urgent   bool        // somebody waits
	next     *passResult // of the next pass, when somebody waits for it
	group    groupCommit // those who wait
	resolved uint64      // fsync succeeded or failed up to here
	failures failures

	// The sync loop's alone.
	parents   []string      // above dir, whose entries are not durable yet
	unwritten bool          // the last pass could not empty the tail
	took      time.Duration // how long the last pass took
}

// passResult is what a sync pass tells those who wait for it.
type passResult struct {
	done    chan struct{} // closed when it has ended
	durable uint64        // everything up to here is synced; 0 once an fsync has failed
	err     error         // why something is in no segment, which there is to sync; or ErrDisplaced
}

// WaitSynced waits until the record seq survives the loss of power: its file
// and its entry in the directory are fsynced. Waiters that arrive while an fsync
// runs share the next. When the fsync failed, its error is returned, to those
// that ask later too: the record may be lost with the power, though the reader
// will most likely deliver it. A record that lies in the tail and could not be
// written to a segment has that error, and a later call may succeed; so it is with
// ErrDisplaced, and with a segment whose file was removed or replaced, for good. ctx's error
// and ErrClosed leave it open.
func (j *Journal) WaitSynced(ctx context.Context, seq uint64) error {
	return j.syncer.wait(ctx, seq, seq)
}

// WaitBatchSynced is [Journal.WaitSynced] for the records from first to last,
// which may lie in several segments. The error is about any of them.
func (j *Journal) WaitBatchSynced(ctx context.Context, first, last uint64) error {
	return j.syncer.wait(ctx, first, last)
}

// wait waits until the records from first to last are durable.
func (s *syncer) wait(ctx context.Context, first, last uint64) error {
	var unwritten error // why the pass before left something in the tail
	for {
		result, wake, err := s.join(first, last, unwritten)
		if result == nil {
			return err
		}
		if wake {
			s.wake.send()
		}
		select {
		case <-result.done:
			if last <= result.durable {
				return nil
			}
			if errors.Is(result.err, ErrDisplaced) {
				return result.err
			}
			unwritten = result.err
		case <-s.lifecycle.stopped:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// join joins those who wait for the next pass. It returns the result to come, and
// whether to wake the sync loop. Without a result there is nothing to wait for,
// and the error is the answer.
func (s *syncer) join(first, last uint64, unwritten error) (result *passResult, wake bool, err error) {
	given, written := s.log.given()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.failures.find(first, last); err != nil {
		return nil, false, err
	}
	switch {
	case last <= s.resolved:
		return nil, false, nil
	case unwritten != nil && last > written:
		return nil, false, unwritten
	case last > given:
		return nil, false, fmt.Errorf("journal: wait for record %d, the last is %d", last, given)
	}
	select {
	case <-s.lifecycle.stopped:
		return nil, false, ErrClosed
	default:
	}
	s.urgent = true
	if s.next == nil {
		s.next = &passResult{done: make(chan struct{})}
	}
	return s.next, s.group.join(), nil
}

// isUrgent reports whether somebody waits for a pass.
func (s *syncer) isUrgent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.urgent
}

// decided returns the sequence number up to which fsyncs succeeded or failed.
func (s *syncer) decided() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resolved
}

// failed returns the error of the fsync of a record, if it failed.
func (s *syncer) failed(seq uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures.find(seq, seq)
}
