// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// fullDisk is a service whose disk was filled by what it accepted while MongoDB was away.
type fullDisk struct {
	*service
	t      *testing.T
	disk   *disk
	conf   settings
	server *wireserver.Server
	poison func(i int) bool // the events, in the order of their acceptance, that MongoDB refuses

	tracked, accepted int
	refused           map[string]bool // by MongoDB
}

// padOf is how long the events are that fill a disk: about 4 KiB as documents.
const padOf = 4_000

func newFullDisk(t *testing.T, bytes int, journalBytes int64, poison func(i int) bool) *fullDisk {
	d := mounted(t, bytes)
	server := wireserver.Start(t)
	f := &fullDisk{t: t, disk: d, server: server, poison: poison, refused: map[string]bool{}}
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name != "insert" {
			return wireserver.Proceed
		}
		return wireserver.Refuse(func(doc bson.Raw) bson.D {
			if !isPoison(doc) {
				return nil
			}
			return wireserver.WriteError(121, "Document failed validation")
		})
	})
	server.Down()
	f.conf = settings{URI: server.URI(), Dir: d.data(), JournalBytes: journalBytes}
	f.service = start(t, f.conf)
	return f
}

// fill tracks until the disk is full, and reports how many events were accepted.
func (f *fullDisk) fill() int {
	f.t.Helper()
	before := f.accepted
	for {
		f.tracked++
		prefix := fmt.Sprintf("good%d", f.tracked)
		if f.poison(f.accepted) {
			prefix = fmt.Sprintf("poison%d", f.tracked)
		}
		var failed error
		f.track(f.t.Context(), order{Prefix: prefix, Number: 1, Pad: padOf}, func(name string, err error) {
			f.truth.heard(name, err)
			if failed = err; err == nil {
				f.accepted++
				if strings.HasPrefix(name, "poison") {
					f.refused[name] = true
				}
			}
		})
		if failed != nil {
			if !errors.Is(failed, syscall.ENOSPC) {
				f.t.Fatalf("a full disk refuses with %v, want ENOSPC", failed)
			}
			return f.accepted - before
		}
	}
}

// again ends the process, without time to deliver, and starts another one.
func (f *fullDisk) again() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Millisecond)
	defer cancel()
	_ = f.client.Shutdown(ctx)
	truth := f.truth
	f.service = start(f.t, f.conf)
	f.truth = truth
}

// inQuarantine returns the names of the events in quarantine, as somebody reads them who only looks.
func (f *fullDisk) inQuarantine() map[string]bool {
	f.t.Helper()
	names := map[string]bool{}
	for e, err := range eventstore.ReadQuarantine(f.conf.Dir) {
		if err != nil {
			f.t.Fatal(err)
		}
		name := nameOf(e.Document)
		if names[name] {
			f.t.Errorf("%s is twice in quarantine", name)
		}
		if e.Problem != "" || e.Reason != "validation" {
			f.t.Errorf("%s: reason %q, problem %q", name, e.Reason, e.Problem)
		}
		names[name] = true
	}
	return names
}

// settled delivers everything, and holds what is stored and in quarantine against what was accepted.
func (f *fullDisk) settled() {
	f.t.Helper()
	f.flush()
	scrape(f.t, f.url).balanced(f.t)
	stored := storedOf(f.server.Documents())
	f.truth.check(f.t, stored, int64(len(f.refused)))
	quarantined := f.inQuarantine()
	for name := range f.truth.missing(stored) {
		if !quarantined[name] {
			f.t.Errorf("%s is neither stored nor in quarantine", name)
		}
	}
	if len(quarantined) != len(f.refused) {
		f.t.Errorf("%d events are in quarantine, want %d", len(quarantined), len(f.refused))
	}
}

// freed waits until nothing is kept in the journal's files that the quarantine file had no room for.
func (f *fullDisk) freed() {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; scrape(f.t, f.url) {
		kept, err := filepath.Glob(filepath.Join(f.conf.Dir, "journal", "*.kept"))
		if err != nil {
			f.t.Fatal(err)
		}
		if len(kept) == 0 {
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("the disk is not freed:\n%s\n%s", f.files(), f.log)
		}
	}
}

// files lists what is on the disk, for a failure.
func (f *fullDisk) files() string {
	var b strings.Builder
	_ = filepath.Walk(f.disk.dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			s := info.Sys().(*syscall.Stat_t)
			fmt.Fprintf(&b, "%s: %d bytes, %d on the disk\n", path, info.Size(), s.Blocks*512)
		}
		return nil
	})
	return b.String()
}

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
