// SPDX-License-Identifier: Apache-2.0

package journal

import "time"

// groupCommit counts who waits for a sync pass. Those whom a pass released append
// again and wait again, one after the other: a pass that began with the first of
// them would have most of them wait for the next. So it waits for them, for no
// longer than they gain by it. The mutex of the journal guards all but took.
type groupCommit struct {
	here     int  // who wait for the next pass
	released int  // who waited for the last one
	expected int  // them, and who came while it ran
	waiting  bool // the sync loop waits for them

	took time.Duration // how long the last pass took; the sync loop's alone
}

// maxGroupWait bounds how long a pass waits, whatever the disk takes.
const maxGroupWait = 5 * time.Millisecond

// join counts one who waits, and reports whether the sync loop is to know.
func (g *groupCommit) join() bool {
	g.here++
	return !g.waiting || g.here >= g.expected
}

// begin is the beginning of a pass.
func (g *groupCommit) begin() { g.released, g.here = g.here, 0 }

// end is the end of a pass.
func (g *groupCommit) end() { g.expected = g.released + g.here }

// awaitGroup waits for those whom the last pass released, for at most as long as that
// pass took.
func (j *Journal) awaitGroup() {
	g := &j.groupCommit
	missing := func(waiting bool) bool {
		j.mu.Lock()
		defer j.mu.Unlock()
		g.waiting = waiting && g.here < g.expected
		return g.waiting
	}
	if !missing(true) {
		return
	}
	defer missing(false)
	timer := time.NewTimer(min(g.took, maxGroupWait))
	defer timer.Stop()
	for {
		select {
		case <-j.wakeSync:
			if !missing(true) {
				return
			}
		case <-timer.C:
			return
		case <-j.closing:
			return
		}
	}
}
