// SPDX-License-Identifier: Apache-2.0

package bucket

import "time"

// Reach returns a day's start before which no window of a length begins that ends at now or later.
func Reach(length time.Duration, now time.Time) time.Time {
	return floor(now.Add(-length), Day)
}

// Parts returns the buckets that a window is made of: hours up to the end of its first day, unless the window begins with that day, and
// then days. What is dated ahead of now is in the last one.
func (w Window) Parts() []Bucket {
	var parts []Bucket
	last := w.now.Add(tolerance)
	at := w.from
	for ; !at.Equal(floor(at, Day)) && !at.After(last); at = at.Add(Hour) {
		parts = append(parts, Bucket{at, Hour})
	}
	for ; !at.After(last); at = at.Add(Day) {
		parts = append(parts, Bucket{at, Day})
	}
	return parts
}
