// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import "testing"

// TestFullDiskFreesItself fills a disk with what waits for MongoDB, which refuses some of it when it is back. Whatever MongoDB
// refuses, and wherever it lies, everything is delivered or in quarantine, and the disk has room again.
func TestFullDiskFreesItself(t *testing.T) {
	const size = 24 << 20
	every := func(n int) func(int) bool { return func(i int) bool { return i%n == n-1 } }
	for _, c := range []struct {
		name    string
		size    int
		journal int64
		poison  func(i int) bool
		full    bool // most is refused, so that there is nothing to delete
	}{
		{name: "nothing is refused", poison: func(int) bool { return false }},
		{name: "the first event is refused", poison: func(i int) bool { return i == 0 }},
		{name: "the first event of several segments", journal: 64 << 20, poison: func(i int) bool { return i%900 == 0 }},
		{name: "the first events, too many for what is reserved", poison: func(i int) bool { return i < 600 }},
		{name: "every tenth event", poison: every(10)},
		{name: "every tenth event, of many segments", journal: 64 << 20, poison: every(10)},
		{name: "every third event", poison: every(3)},
		{name: "a disk smaller than a segment", size: 8 << 20, poison: every(10)},
		{name: "every event", poison: every(1), full: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFullDisk(t, max(c.size, (1-min(c.size, 1))*size), c.journal, c.poison)
			first := f.fill()
			f.server.Up()
			f.settled()
			if t.Failed() {
				t.Fatalf("%s\n%s", f.files(), f.log)
			}
			t.Logf("%d events accepted, %d stored, %d in quarantine, pending %d", first, len(storedOf(f.server.Documents())), len(f.refused), f.store.Stats().Pending)
			if c.full {
				return
			}
			// MongoDB refuses no more; what is accepted now passes through a disk that has room.
			f.freed()
			f.poison = func(int) bool { return false }
			f.server.Down()
			if again := f.fill(); again < first/3 {
				t.Errorf("%d events were accepted, and %d the first time\n%s\n%s", again, first, f.files(), f.log)
			}
			f.server.Up()
			f.settled()
			f.server.Script(nil)
			if r, err := f.store.ReplayQuarantine(t.Context()); err != nil || r.Replayed != int64(len(f.refused)) || r.Left != 0 {
				t.Errorf("replayed %+v, %v\n%s", r, err, f.files())
			}
			clear(f.refused)
			f.settled()
		})
	}
}
