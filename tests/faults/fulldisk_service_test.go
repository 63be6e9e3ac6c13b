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
	server.Script(refusePoison)
	server.Down()
	f.conf = settings{URI: server.ImpatientURI(), Dir: d.data(), JournalBytes: journalBytes}
	f.service = start(t, f.conf)
	return f
}

// fill tracks until the disk is full, and reports how many events were accepted.
func (f *fullDisk) fill() int {
	f.t.Helper()
	before := f.accepted
	for {
		if failed := f.trackOne(); failed != nil {
			if !errors.Is(failed, syscall.ENOSPC) {
				f.t.Fatalf("a full disk refuses with %v, want ENOSPC", failed)
			}
			return f.accepted - before
		}
	}
}

// trackOne tracks an event of about 4 KiB, and returns Track's error.
func (f *fullDisk) trackOne() (failed error) {
	f.tracked++
	prefix := fmt.Sprintf("good%d", f.tracked)
	if f.poison(f.accepted) {
		prefix = fmt.Sprintf("poison%d", f.tracked)
	}
	f.track(f.t.Context(), order{Prefix: prefix, Number: 1, Pad: padOf}, func(name string, err error) {
		f.truth.heard(name, err)
		if failed = err; err == nil {
			f.accepted++
			if strings.HasPrefix(name, "poison") {
				f.refused[name] = true
			}
		}
	})
	return failed
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
	f.holds(0)
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

// delivered waits until MongoDB has what it does not refuse, but for some events.
func (f *fullDisk) delivered(atMost int) {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; scrape(f.t, f.url) {
		if len(f.server.Documents()) >= f.accepted-len(f.refused)-atMost {
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("%d of %d events are stored\n%s\n%s", len(f.server.Documents()), f.accepted-len(f.refused), f.files(), f.log)
		}
	}
}

// end ends the process, without time to deliver.
func (f *fullDisk) end() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Millisecond)
	defer cancel()
	_ = f.client.Shutdown(ctx)
}

// begin starts another one.
func (f *fullDisk) begin() {
	f.t.Helper()
	truth := f.truth
	f.service = start(f.t, f.conf)
	f.truth = truth
}

// holds holds what is stored and in quarantine against what was accepted, and returns how many events are in neither.
func (f *fullDisk) holds(atMost int) (lost int) {
	f.t.Helper()
	stored := storedOf(f.server.Documents())
	f.truth.check(f.t, stored, int64(len(f.refused)+atMost))
	quarantined := f.inQuarantine()
	for name := range f.truth.missing(stored) {
		if !quarantined[name] {
			lost++
		}
	}
	for name := range quarantined {
		if !f.refused[name] {
			f.t.Errorf("%s is in quarantine, and MongoDB takes it", name)
		}
	}
	if lost > atMost {
		f.t.Errorf("%d events are neither stored nor in quarantine, at most %d may be", lost, atMost)
	}
	return lost
}
