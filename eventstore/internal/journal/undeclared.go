// SPDX-License-Identifier: Apache-2.0

package journal

import "fmt"

// A consumer that this process does not declare has what it has not done kept, since
// it may be declared again: the program that opens the journal now may be another
// one. It does not cost an append: when the journal or the disk is full, and only such
// consumers are in the way, they are given up.

// giveUp drops the consumers that are not declared, if that makes the first segment
// one that can be deleted, or ends it. It reports whether it did. The owner of the
// journal is told later, without locks.
func (l *log) giveUp() bool {
	if len(l.segments) == 0 {
		return false
	}
	needed := l.segments[0].lastSeq // by those that are declared, or by nobody
	var inTheWay []*Consumer
	for _, c := range l.consumers.all {
		switch {
		case c.gone.Load() || c.progress.checkpoint.Load() >= needed:
		case c.declared || l.opt.Stays(c.name):
			return false
		default:
			inTheWay = append(inTheWay, c)
		}
	}
	for _, c := range inTheWay {
		c.gone.Store(true)
		l.givenUp = append(l.givenUp, c.name)
	}
	return len(inTheWay) > 0
}

// takeGivenUp returns the consumers that were given up since the last call.
func (l *log) takeGivenUp() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := l.givenUp
	l.givenUp = nil
	return names
}

// Drop forgets a consumer that Options.Consumers does not name, and deletes what was
// kept for it alone. When it is declared again, it begins as a new one. The error says
// why that is not possible, or is that of the file system; the next call tries again.
func (j *Journal) Drop(name string) error {
	c := j.find(name)
	switch {
	case c == nil:
		return fmt.Errorf("journal: there is no consumer %q", name)
	case c.declared:
		return fmt.Errorf("journal: consumer %q is in use", name)
	}
	c.gone.Store(true)
	if err := j.checkpoint.save(true); err != nil {
		return fmt.Errorf("journal: checkpoint: %w", err)
	}
	return j.truncate(false)
}
