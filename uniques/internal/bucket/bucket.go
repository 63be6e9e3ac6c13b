// SPDX-License-Identifier: Apache-2.0

package bucket

import "time"

// The lengths of buckets, each a multiple of the one before.
const (
	Ahead = 5 * time.Minute // of events that are dated ahead
	Hour  = time.Hour
	Day   = 24 * time.Hour
)

// Ahead is also how far ahead an event counts as one of now.
const tolerance = Ahead

// The times after which buckets are rolled up.
const (
	hoursFor  = 8 * Day
	dayMargin = 2 * Hour // clocks may be apart
	hourRest  = 2 * Hour // the writers' last saves are in by then
)

// Bucket is a span of time, in UTC.
type Bucket struct {
	Start  time.Time
	Length time.Duration
}

// Of returns the bucket of a length that t is in.
func Of(t time.Time, length time.Duration) Bucket {
	return Bucket{floor(t, length), length}
}

// floor is Truncate by Unix time: time.Truncate counts from the year 1, of which days and hours are those of Unix.
func floor(t time.Time, length time.Duration) time.Time {
	s, l := t.Unix(), int64(length/time.Second)
	rest := s % l
	if rest < 0 {
		rest += l
	}
	return time.Unix(s-rest, 0).UTC()
}

// End returns the first moment that is not in the bucket any more.
func (b Bucket) End() time.Time { return b.Start.Add(b.Length) }

// Valid reports whether the bucket has one of the lengths, and begins at a multiple of it.
func (b Bucket) Valid() bool {
	return (b.Length == Ahead || b.Length == Hour || b.Length == Day) && b.Start.Equal(floor(b.Start, b.Length))
}

// Place returns the bucket into which a process puts at now what happened at t.
func Place(t, now time.Time) Bucket {
	switch {
	case t.After(now.Add(tolerance)):
		return Of(t, Ahead)
	case t.Before(Horizon(now)):
		return Of(t, Day)
	default:
		return Of(t, Hour)
	}
}

// Horizon returns the start of the first day that is kept by the hour. Days that end before are rolled up.
func Horizon(now time.Time) time.Time { return floor(now.Add(-hoursFor-dayMargin), Day) }

// RollUp returns the bucket into which a bucket is rolled up at now. It is the bucket itself while that has to wait.
func (b Bucket) RollUp(now time.Time) Bucket {
	if b.Start.Before(Horizon(now)) {
		return Of(b.Start, Day)
	}
	if hour := Of(b.Start, Hour); hour.Closed(now) {
		return hour
	}
	return b
}

// Closed reports whether the bucket's writers have had the time to save what they have.
func (b Bucket) Closed(now time.Time) bool { return !b.End().Add(hourRest).After(now) }
