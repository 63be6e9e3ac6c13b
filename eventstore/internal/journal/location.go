// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// location watches whether the directory's name still leads to the lock that this
// process has. When it does not, the directory was removed, renamed or replaced, or
// the lock was, and another process may have the journal open. Then nothing is
// appended, acknowledged, deleted or noted as done: what this process writes may
// be in files that nobody finds again, and what it deletes may be another's.
//
// What is in the files that are open can be read all the same. Once the name leads
// to the lock again, all goes on.
type location struct {
	dir      string
	lock     filesystem.LockFile
	report   func(error)
	restored func()
	wake     signal // of the sync loop, which looks again

	displaced atomic.Pointer[error] // nil while the lock is in place

	// mu guards what follows, and is held while somebody looks.
	mu     sync.Mutex
	closed bool
	told   bool // the owner knows that it is displaced
}

// err returns what the last look found.
func (p *location) err() error {
	if err := p.displaced.Load(); err != nil {
		return *err
	}
	return nil
}

// check looks, and tells the owner of the journal about a change. It is called
// without locks, the owner's included.
func (p *location) check() error {
	p.mu.Lock()
	err := p.lookLocked()
	changed := p.told != (err != nil)
	p.told = err != nil
	p.mu.Unlock()
	switch {
	case changed && err != nil:
		p.wake.send()
		p.report(err)
	case changed:
		p.restored()
	}
	return err
}

// look looks, and leaves it to the next check to tell.
func (p *location) look() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lookLocked()
}

func (p *location) lookLocked() error {
	before := p.err()
	if p.closed {
		return before
	}
	cause := p.lock.InPlace()
	if cause == nil {
		p.displaced.Store(nil)
		return nil
	}
	if before != nil {
		return before
	}
	err := fmt.Errorf("%w: %w. No event is accepted until %s is the directory that it was: put it back, or restart the service "+
		"once nothing is pending. What is pending may be in files that have no name any more", ErrDisplaced, cause, p.dir)
	p.displaced.Store(&err)
	return err
}

// isBack reports whether an append is worth another try, which was refused for this error.
func (p *location) isBack(err error) bool {
	return errors.Is(err, ErrDisplaced) && p.err() != nil && p.look() == nil
}

// close gives the lock free. What the last look found stays.
func (p *location) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return p.lock.Close()
}

// Displaced looks whether the journal's directory is where it was opened, and whether
// all records that are not done are in files with a name. It returns nil when it
// is so; after Close, what was known then. The error is an ErrDisplaced and says
// what to do.
func (j *Journal) Displaced() error {
	if err := j.place.check(); err != nil {
		return err
	}
	j.log.mu.Lock()
	defer j.log.mu.Unlock()
	return j.log.withoutName()
}
