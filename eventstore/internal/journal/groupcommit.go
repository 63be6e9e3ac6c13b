// SPDX-License-Identifier: Apache-2.0

package journal

import "time"

// groupCommit counts who waits for a sync pass. Those whom a pass released append
// again and wait again, one after the other: a pass that began with the first of
// them would have most of them wait for the next. So it waits for them, for no
// longer than they gain by it. The mutex of the syncer guards it.
type groupCommit struct {
	joined   int  // who wait for the next pass
	released int  // who waited for the last one
	expected int  // them, and who joined while it ran
	waiting  bool // the sync loop waits for them
}

// maxGroupWait bounds how long a pass waits, whatever the disk takes.
const maxGroupWait = 5 * time.Millisecond

// join counts one who waits, and reports whether the sync loop is to know.
func (g *groupCommit) join() bool {
	g.joined++
	return !g.waiting || g.joined >= g.expected
}

// begin is the beginning of a pass.
func (g *groupCommit) begin() { g.released, g.joined = g.joined, 0 }

// end is the end of a pass.
func (g *groupCommit) end() { g.expected = g.released + g.joined }

// awaitGroup waits for those whom the last pass released, for at most as long as that
// pass took.
func (s *syncer) awaitGroup() {
	g := &s.group
	missing := func(waiting bool) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		g.waiting = waiting && g.joined < g.expected
		return g.waiting
	}
	if !missing(true) {
		return
	}
	defer missing(false)
	timer := time.NewTimer(min(s.took, maxGroupWait))
	defer timer.Stop()
	for {
		select {
		case <-s.wake:
			if !missing(true) {
				return
			}
		case <-timer.C:
			return
		case <-s.lifecycle.closing:
			return
		}
	}
}
