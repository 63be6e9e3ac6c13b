// SPDX-License-Identifier: Apache-2.0

package eventdoc

import "time"

// Times says which times an event can have: those that RFC 3339 writes, so that every tool shows them, and every query
// finds them.
const Times = "in the years 1 to 9999 (UTC)"

// The bounds of Times, in seconds since 1970.
const (
	firstSecond = -62135596800 // of the year 1
	endSecond   = 253402300800 // of the year 10000
)

// HoldsTime reports whether an event can have happened at t. The zero time stands for the moment of the call.
func HoldsTime(t time.Time) bool {
	s := t.Unix()
	return s >= firstSecond && s < endSecond
}
