// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"os"
	"path/filepath"
	"testing"
)

// flipped flips a bit of a segment's file, in its middle.
func flipped(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := len(b) / 2
	if _, err := f.WriteAt([]byte{b[at] ^ 1}, int64(at)); err != nil {
		t.Fatal(err)
	}
}

// TestFullDiskWithMoreTrouble is TestFullDiskFreesItself with something else that is wrong: damage, which costs what it hits, a
// quarantine file that cannot be written, a restart, and others that fill the disk.
func TestFullDiskWithMoreTrouble(t *testing.T) {
	every := func(n int) func(int) bool { return func(i int) bool { return i%n == n-1 } }
	damage := func(these ...int) func(*testing.T, *fullDisk) {
		return func(t *testing.T, f *fullDisk) {
			segments, err := filepath.Glob(filepath.Join(f.conf.Dir, "journal", "*.journal"))
			if err != nil || len(segments) < 2 {
				t.Fatal(segments, err)
			}
			f.end()
			for _, i := range these {
				flipped(t, segments[(i+len(segments))%len(segments)])
			}
			f.begin()
		}
	}
	for _, c := range []struct {
		name    string
		poison  func(i int) bool
		trouble func(*testing.T, *fullDisk) // on the full disk, before MongoDB is back
		repair  func(*testing.T, *fullDisk) // once everything else is delivered
		lost    int                         // at most
		stuck   bool                        // there is no room for as many events again
	}{
		{name: "the first segment is damaged", poison: every(10), trouble: damage(0), lost: 20},
		{name: "the last segment is damaged", poison: every(10), trouble: damage(-1), lost: 20},
		{name: "all segments are damaged", poison: func(i int) bool { return i == 0 }, trouble: damage(0, 1, 2), lost: 60, stuck: true},
		{name: "a restart", poison: every(10), trouble: func(_ *testing.T, f *fullDisk) { f.end(); f.begin() }},
		{name: "a restart without the checkpoint", poison: every(10), trouble: func(t *testing.T, f *fullDisk) {
			f.end()
			if err := os.Truncate(filepath.Join(f.conf.Dir, "journal", "checkpoint"), 0); err != nil {
				t.Fatal(err)
			}
			if err := f.disk.fill(); err != nil {
				t.Fatal(err)
			}
			f.begin()
		}, repair: func(t *testing.T, f *fullDisk) {
			if err := f.disk.free(); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "the quarantine file cannot be written", poison: every(10), trouble: func(t *testing.T, f *fullDisk) {
			// A directory has its name. It takes the room that was reserved.
			if err := os.Rename(f.disk.data()+"/quarantine.jsonl.room", f.disk.data()+"/quarantine.jsonl.room2"); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(f.disk.data()+"/quarantine.jsonl", 0o700); err != nil {
				t.Fatal(err)
			}
		}, repair: func(t *testing.T, f *fullDisk) {
			if err := os.Remove(f.disk.data() + "/quarantine.jsonl"); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "a restart after the refusal", poison: every(3), trouble: func(*testing.T, *fullDisk) {}, repair: func(_ *testing.T, f *fullDisk) {
			f.end()
			f.begin()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFullDisk(t, 24<<20, 64<<20, c.poison)
			first := f.fill()
			c.trouble(t, f)
			f.server.Up()
			f.delivered(c.lost)
			if c.repair != nil {
				c.repair(t, f)
			}
			f.flush()
			scrape(t, f.url).balanced(t)
			f.freed()
			lost := f.holds(c.lost)
			t.Logf("%d events accepted, %d stored, %d lost", first, len(storedOf(f.server.Documents())), lost)
			if t.Failed() {
				t.Fatalf("%s\n%s", f.files(), f.log)
			}
			f.poison = func(int) bool { return false }
			f.server.Down()
			if again := f.fill(); again < first/3 && !c.stuck {
				t.Errorf("%d events were accepted, and %d the first time\n%s\n%s", again, first, f.files(), f.log)
			}
			f.server.Up()
			f.flush()
			f.holds(c.lost)
		})
	}
}
