// SPDX-License-Identifier: Apache-2.0

package journal

import "time"

// elapsed is the time since Open, in nanoseconds. Setting the clock does not change it.
type elapsed int64

// birth is the moment of Open, from which the ages of records are measured: times are
// what the clock said, which may be set at any time.
type birth struct{ at time.Time }

func (b birth) elapsed() elapsed { return elapsed(time.Since(b.at)) }

// maxDrift is how far the clock may move against the time since Open before the index
// has another mark: ages are as exact as that.
const maxDrift = time.Second

// drifted reports whether the clock was set between the mark and a record.
func (m *mark) drifted(time int64, age elapsed) bool {
	d := (time - m.time) - int64(age-m.age)
	return age > 0 && (d > int64(maxDrift) || d < -int64(maxDrift))
}

// waiting is the record behind the checkpoint.
type waiting struct {
	checkpoint uint64
	segment    *segment // that has it; nil: the tail has it
	size       int64    // of the segment

	time     int64 // as written with it; 0 when it cannot be read
	own      bool  // this process appended it
	from     mark  // before it, for one of this process
	modified int64 // when its file was last written to, for one of an earlier process
}

// age returns how long a record has been waiting. What waits has an age.
//
// That of one of this process is measured from the mark before it; no clock that was
// wrong in between changes it. That of another is what the clocks of both processes
// say, but not less than the time since Open, nor than the time since its file was
// written to: its time may be one in the future.
func (w waiting) age(open elapsed, now int64) time.Duration {
	var age int64
	if w.own {
		age = int64(open-w.from.age) - max(0, w.time-w.from.time)
	} else {
		age = int64(open)
		if w.time != 0 {
			age = max(age, now-w.time)
		}
		if w.modified != 0 {
			age = max(age, now-w.modified)
		}
	}
	return time.Duration(max(age, 1))
}
