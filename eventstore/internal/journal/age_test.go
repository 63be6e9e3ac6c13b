// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// wrong is a clock that can be set.
type wrong struct{ by time.Duration }

func (w *wrong) now() time.Time { return time.Now().Add(w.by) }

// A clock that was wrong for a while, forwards or backwards, for moments or years, changes the age of nothing that this
// process accepted, wherever it lies.
func TestAgeWithAClockThatIsSet(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, size := range []int{100, 20_000} { // through the tail, and past it
		for _, by := range []time.Duration{0, 90 * time.Second, 5 * year, -90 * time.Second, -50 * year} {
			synctest.Test(t, func(t *testing.T) {
				clock := new(wrong)
				o := large(faultfs.New())
				o.Now, o.SyncInterval = clock.now, time.Second
				j := open(t, o)
				defer j.Close()
				var at []time.Time
				add := func(n int) {
					t.Helper()
					for range n {
						fill(t, j, 1, size)
						at = append(at, time.Now())
						time.Sleep(10 * time.Second)
					}
				}
				add(5)
				clock.by = by
				add(2)
				clock.by = 0
				add(20)
				for seq := range at {
					if err := j.Checkpoint(uint64(seq)); err != nil {
						t.Fatal(err)
					}
					want := time.Since(at[seq])
					if got := j.Stats().OldestAge; (got - want).Abs() > 2*time.Second {
						t.Errorf("%d bytes, clock set by %v: record %d has waited %v, the age is %v", size, by, seq+1, want, got)
					}
				}
				if err := j.Checkpoint(uint64(len(at))); err != nil {
					t.Fatal(err)
				}
				if got := j.Stats().OldestAge; got != 0 {
					t.Errorf("nothing waits, and has an age of %v", got)
				}
				fill(t, j, 1, size)
				if got := j.Stats().OldestAge; got <= 0 || got > time.Second {
					t.Errorf("what was just appended has an age of %v", got)
				}
			})
		}
	}
}

// What an earlier process left has a time that may be one in the future. Its age grows all the same, from Open on at least,
// and from the last write to its file where that is known.
func TestAgeOfWhatAnEarlierProcessLeft(t *testing.T) {
	for _, by := range []time.Duration{0, 5 * 365 * 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			files := faultfs.New()
			o := small(files)
			o.Now = (&wrong{by}).now
			j := open(t, o)
			fill(t, j, 3, 100)
			closeJournal(t, j)
			time.Sleep(time.Hour)
			for range 2 { // a process that is started again and again
				j = open(t, small(files))
				if got := j.Stats().OldestAge; got <= 0 {
					t.Fatalf("age %v right after Open", got)
				}
				time.Sleep(time.Minute)
				fill(t, j, 3, 100)
				got := j.Stats().OldestAge
				if by == 0 && got < time.Hour+time.Minute || got < time.Minute || got > 2*time.Hour {
					t.Errorf("clock ahead by %v: age %v", by, got)
				}
				closeJournal(t, j)
			}
		})
	}
	t.Run("file that was written to before", func(t *testing.T) {
		dir := t.TempDir()
		j, err := journal.Open(dir, journal.Options{Now: (&wrong{time.Hour}).now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.Append([]byte("record")); err != nil {
			t.Fatal(err)
		}
		closeJournal(t, j)
		// Five minutes of the right clock later, another process.
		clock := &wrong{5 * time.Minute}
		if j, err = journal.Open(dir, journal.Options{Now: clock.now}); err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		if got := j.Stats().OldestAge; got < 5*time.Minute || got > 6*time.Minute {
			t.Errorf("age %v, want that of the file", got)
		}
	})
}
