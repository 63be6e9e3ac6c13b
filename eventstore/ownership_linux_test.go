// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"golang.org/x/sys/unix"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// picky refuses events of some types for good.
type picky struct{ refused string }

func (p *picky) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		verdicts[i].Outcome = eventstore.Stored
		if strings.Contains(p.refused, e.Type) {
			verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "validation"}
		}
	}
	return verdicts, nil
}

// TestLookedAfterByRoot: whatever root does in a service's data directory, the service can go on with all of it.
func TestLookedAfterByRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestLookedAfterByRoot: needs root, to make files of another user")
	}
	const service, group = 12345, 12346
	theirs := func(t *testing.T, dir string, quarantine fs.FileMode) {
		t.Helper()
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			if s := info.Sys().(*syscall.Stat_t); s.Uid != service || s.Gid != group {
				t.Errorf("%s is of %d:%d", path, s.Uid, s.Gid)
			}
			if e.Name() == "quarantine.jsonl" && info.Mode().Perm() != quarantine {
				t.Errorf("%s: %v, want %v", path, info.Mode().Perm(), quarantine)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	run := func(t *testing.T, dir, refused string, f func(*eventstore.Store)) {
		t.Helper()
		s, err := eventstore.Open(t.Context(), &picky{refused}, eventstore.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		f(s)
		if err := shutdown(t, s, 10*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		do   func(*testing.T, *eventstore.Store)
	}{
		{"replay", func(t *testing.T, s *eventstore.Store) {
			if r, err := s.ReplayQuarantine(t.Context()); err != nil || r.Replayed != 2 {
				t.Errorf("%+v, %v", r, err)
			}
			flush(t, s)
		}},
		{"removal", func(t *testing.T, s *eventstore.Store) {
			err := s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
				if err := m.ClearDelivered(t.Context()); err != nil {
					return err
				}
				n, err := m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return e.Line == 1 })
				if n != 1 {
					t.Errorf("%d lines removed", n)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, "e", func(s *eventstore.Store) {
				add(t, s, event(t))
				add(t, s, event(t))
				flush(t, s)
			})
			err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, _ error) error { return os.Chown(path, service, group) })
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Join(dir, "quarantine.jsonl"), 0o640); err != nil {
				t.Fatal(err)
			}
			run(t, dir, "", func(s *eventstore.Store) { test.do(t, s) })
			theirs(t, dir, 0o640)
		})
	}
	t.Run("a new directory's first files", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Chown(dir, service, group); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "e", func(s *eventstore.Store) {
			add(t, s, event(t))
			flush(t, s)
		})
		theirs(t, dir, 0o600)
	})
}

// TestWaitingByRoot: events that root's process leaves in the journal can be taken up by the service.
func TestWaitingByRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestWaitingByRoot: needs root, to make files of another user")
	}
	const service = 12345
	dir := t.TempDir()
	if err := os.Chown(dir, service, service); err != nil {
		t.Fatal(err)
	}
	s, err := eventstore.Open(t.Context(), unreachable{}, eventstore.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		add(t, s, event(t, bson.E{Key: "long", Value: make([]byte, 10_000)}))
	}
	if err := shutdown(t, s, 10*time.Millisecond); !errors.Is(err, eventstore.ErrPending) {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "journal", "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if s := info.Sys().(*syscall.Stat_t); s.Uid != service {
			t.Errorf("%s is of %d", path, s.Uid)
		}
	}
}

// unreachable takes nothing.
type unreachable struct{}

func (unreachable) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("out")
}

// TestQuarantineThatCannotStayTheirs: where the file's owner cannot be kept, the file stays as it is, and so do its lines.
func TestQuarantineThatCannotStayTheirs(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestQuarantineThatCannotStayTheirs: needs root, to make files of another user")
	}
	const service, operator = 12345, 54321
	dir := t.TempDir()
	s, err := eventstore.Open(t.Context(), &picky{"e"}, eventstore.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer shutdown(t, s, time.Second)
	add(t, s, event(t))
	flush(t, s)
	path := filepath.Join(dir, "quarantine.jsonl")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []error{os.Chown(path, service, service), os.Chmod(path, 0o666), os.Chmod(dir, 0o777), os.Chmod(filepath.Dir(dir), 0o777)} {
		if change != nil {
			t.Fatal(change)
		}
	}
	asUser(t, operator, func() {
		err = s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
			_, err := m.RemoveQuarantined(func(eventstore.QuarantinedEvent) bool { return true })
			return err
		})
	})
	if err == nil || !strings.Contains(err.Error(), "is of user 12345") || !strings.Contains(err.Error(), "as root") {
		t.Errorf("%v", err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("%s, %v", after, err)
	}
	if _, err := os.Stat(path + ".tmp"); !os.IsNotExist(err) {
		t.Errorf("a copy stays: %v", err)
	}
}

// asUser has the file system take f, which stays on its goroutine, for another user's.
func asUser(t *testing.T, user int, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, err := unix.SetfsuidRetUid(user); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, err := unix.SetfsuidRetUid(0); err != nil {
			t.Fatal(err)
		}
	}()
	f()
}
