// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"time"
)

// run is the sync loop: it owns every fsync of a segment and every deletion.
func (j *Journal) run() {
	defer close(j.lifecycle.stopped)
	timer := time.NewTimer(j.opt.SyncInterval)
	armed := true
	defer timer.Stop()
	for {
		due := false
		select {
		case <-j.syncer.wake:
		case <-timer.C:
			armed, due = false, true
		case request := <-j.truncator.requests:
			unwritten := j.syncer.pass()
			err := j.truncator.pass()
			told := j.truncator.patience.told(err)
			switch {
			case !request.durable:
				err = told
			case err == nil:
				err = errors.Join(unwritten, j.log.syncErased())
			}
			request.answer <- err
		case <-j.lifecycle.closing:
			j.finish()
			return
		}
		urgent := j.syncer.isUrgent()
		dirty, truncate := j.log.pending()
		dirty = dirty || j.place.err() != nil // looks again
		if urgent || dirty && due || truncate {
			if urgent && !truncate {
				j.syncer.awaitGroup()
			}
			dirty = j.syncer.pass() != nil
		}
		if truncate {
			err := j.truncator.pass()
			j.report(j.truncator.patience.told(err))
			dirty = dirty || err != nil // try again after the interval, not at once
		}
		if dirty && !armed {
			timer.Reset(j.opt.SyncInterval)
			armed = true
		}
	}
}

// finish is the end of the sync loop: everything is fsynced, what is done is
// deleted, the checkpoint is fsynced, the files are closed.
func (j *Journal) finish() {
	l := &j.log
	l.mu.Lock()
	err := l.endTail()
	if l.current != nil {
		l.seal()
	}
	l.mu.Unlock()
	_ = j.syncer.pass()
	err = errors.Join(err, j.truncator.patience.told(j.truncator.pass()), j.checkpoint.close())
	l.mu.Lock()
	err = errors.Join(err, l.closeTail(), l.closeSegments())
	last := l.lastSeq
	l.mu.Unlock()
	j.lifecycle.err = errors.Join(j.place.err(), j.syncer.failed(last), err)
}
