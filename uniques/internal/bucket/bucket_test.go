// SPDX-License-Identifier: Apache-2.0

package bucket

import (
	"math/rand/v2"
	"testing"
	"time"
)

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestPlace(t *testing.T) {
	now := at("2026-11-27 21:34:15")
	for _, c := range []struct {
		name, when, start string
		length            time.Duration
	}{
		{"now", "2026-11-27 21:34:15", "2026-11-27 21:00:00", Hour},
		{"five minutes ahead", "2026-11-27 21:39:15", "2026-11-27 21:00:00", Hour},
		{"further ahead, in this hour", "2026-11-27 21:39:16", "2026-11-27 21:35:00", Ahead},
		{"years ahead", "2031-01-01 00:04:59", "2031-01-01 00:00:00", Ahead},
		{"the first hour that is kept", "2026-11-19 00:00:00", "2026-11-19 00:00:00", Hour},
		{"the last day that is rolled up", "2026-11-18 23:59:59", "2026-11-18 00:00:00", Day},
		{"before 1970", "1969-12-31 23:30:00", "1969-12-31 00:00:00", Day},
	} {
		b := Place(at(c.when), now)
		if !b.Start.Equal(at(c.start)) || b.Length != c.length || !b.Valid() {
			t.Errorf("%s: %v, want %s for %v", c.name, b, c.start, c.length)
		}
	}
	if (Bucket{now, Hour}).Valid() || (Bucket{at("2026-11-27 21:00:00"), time.Minute}).Valid() {
		t.Error("a bucket that is none is valid")
	}
}

func TestRollUp(t *testing.T) {
	now := at("2026-11-27 21:34:15")
	for _, c := range []struct{ name, start, want string }{
		{"the current hour", "2026-11-27 21:00:00", "2026-11-27 21:00:00"},
		{"a day that has just ended long enough ago", "2026-11-18 22:00:00", "2026-11-18 00:00:00"},
		{"an hour of the day after it", "2026-11-19 00:00:00", "2026-11-19 00:00:00"},
	} {
		if got := Of(at(c.start), Hour).RollUp(now); !got.Start.Equal(at(c.want)) {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		start  string
		length time.Duration
	}{{"2026-11-27 18:35:00", Hour}, {"2026-11-27 19:35:00", Ahead}, {"2026-11-18 19:35:00", Day}} {
		if got := Of(at(c.start), Ahead).RollUp(now); got.Length != c.length {
			t.Errorf("five minutes at %s: rolled up into %v, want a length of %v", c.start, got, c.length)
		}
	}
}

// TestWindowReachesBack: each window reaches back at least its length, and not further than documented.
func TestWindowReachesBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		now := at("2026-11-27 00:00:00").Add(time.Duration(random.Int64N(int64(100 * Day))))
		for _, c := range []struct{ length, more time.Duration }{
			{Day, Hour}, {7 * Day, Hour}, {8 * Day, Hour}, {30 * Day, Day + Hour}, {9 * Day, Day + Hour}, {time.Minute, Hour},
		} {
			back := now.Sub(WindowOf(c.length, now).From())
			if back < c.length || back > c.length+c.more {
				t.Fatalf("at %v a window of %v reaches back %v", now, c.length, back)
			}
		}
	}
}

// TestWindowHasWholeBuckets: what is in the window is the same before and after a roll-up by a process whose clock is up to an
// hour ahead.
func TestWindowHasWholeBuckets(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		now := at("2026-11-27 00:00:00").Add(time.Duration(random.Int64N(int64(100 * Day))))
		when := now.Add(-time.Duration(random.Int64N(int64(40 * Day))))
		length := time.Duration(random.Int64N(int64(35 * Day)))
		w := WindowOf(length, now)
		b := Of(when, Hour)
		rolled := b.RollUp(now.Add(Hour))
		if w.Has(b) != w.Has(rolled) {
			t.Fatalf("at %v, the window of %v has %v: %v; rolled up, %v: %v", now, length, b, w.Has(b), rolled, w.Has(rolled))
		}
		if !when.Before(now.Add(-length)) && !w.Has(Place(when, now)) {
			t.Fatalf("at %v, the window of %v lacks %v", now, length, when)
		}
	}
}

func TestWindowIsClosedAtTheTop(t *testing.T) {
	now := at("2026-11-27 21:34:15")
	w := WindowOf(Day, now)
	for _, c := range []struct {
		name, when string
		placed     time.Time
		has        bool
	}{
		{"now", "2026-11-27 21:34:15", now, true},
		{"four minutes ahead", "2026-11-27 21:38:15", now, true},
		{"six minutes ahead", "2026-11-27 21:40:15", now, false},
		{"tomorrow", "2026-11-28 21:34:15", now, false},
		{"was ahead yesterday, and is of now", "2026-11-27 21:34:15", now.Add(-Day), true},
		{"was ahead yesterday, and is still", "2026-11-27 21:45:15", now.Add(-Day), false},
	} {
		if got := w.Has(Place(at(c.when), c.placed)); got != c.has {
			t.Errorf("%s: in the window: %v, want %v", c.name, got, c.has)
		}
	}
	// By its time, at the latest, what was dated ahead counts.
	for ahead := 5 * time.Minute; ahead < 3*Hour; ahead += 7 * time.Second {
		then := now.Add(ahead)
		if !WindowOf(Day, then).Has(Place(then, now)) {
			t.Fatalf("what was dated %v ahead does not count when its time has come", ahead)
		}
	}
}

func TestTo(t *testing.T) {
	if WindowOf(Day, at("2026-11-27 21:34:15")).To() != at("2026-11-27 22:00:00") || WindowOf(Day, at("2026-11-27 21:56:00")).To() != at("2026-11-27 23:00:00") {
		t.Error("the window ends with another hour than that of five minutes ahead")
	}
}
