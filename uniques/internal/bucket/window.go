// SPDX-License-Identifier: Apache-2.0

package bucket

import "time"

// Window is the time that a reading covers.
type Window struct {
	from, now time.Time
}

// WindowOf returns the window that ends at now and has at least that length: up to an hour more, and where the hours are rolled
// up already, up to a day and an hour more.
func WindowOf(length time.Duration, now time.Time) Window {
	from := floor(now.Add(-length), Hour)
	if from.Before(Horizon(now.Add(slack))) {
		from = floor(from, Day)
	}
	return Window{from, now}
}

// slack is how far ahead the clock of a process that rolls up may be of the one that reads.
const slack = Hour

// From returns the first moment of the window.
func (w Window) From() time.Time { return w.from }

// To returns the first moment behind the window: the end of the hour that is five minutes ahead.
func (w Window) To() time.Time { return Of(w.now.Add(tolerance), Hour).End() }

// Has reports whether the window has a bucket. One that is dated ahead is in the window when its end is at most five minutes
// ahead, so that nothing counts more than five minutes before its time.
func (w Window) Has(b Bucket) bool {
	if b.Start.Before(w.from) {
		return false
	}
	if b.Length == Ahead {
		return !b.End().After(w.now.Add(tolerance))
	}
	return !b.Start.After(w.now.Add(tolerance))
}
