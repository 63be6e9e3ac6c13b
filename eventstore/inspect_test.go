// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// goldenDir is a data directory with one of the journals that the format's tests keep.
func goldenDir(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "journal"), os.DirFS(filepath.Join("internal", "journal", "testdata", "v1", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents are all files below a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestInspectJournal(t *testing.T) {
	for _, test := range []struct {
		name          string
		pending, lost int64
		damage        []eventstore.JournalDamage
	}{
		{"whole", 4, 0, nil},
		{"damaged", 2, 2, []eventstore.JournalDamage{{Segment: 1, Offset: 99, Bytes: 40073, Reason: "checksum differs", FirstSeq: 3, LastSeq: 4}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := goldenDir(t, test.name)
			before := contents(t, dir)
			read := int64(0)
			r, err := eventstore.InspectJournal(t.Context(), dir, eventstore.WithInspectProgress(func(n, total int64) {
				if n <= read || n > total {
					t.Errorf("read %d of %d after %d", n, total, read)
				}
				read = n
			}))
			if err != nil {
				t.Fatal(err)
			}
			if r.Pending != test.pending || r.Lost != test.lost || r.Checkpoint != 1 || r.LastSeq != 5 || r.Held || len(r.Segments) != 2 || r.Oldest.Unix() != 1_700_000_000 {
				t.Errorf("%+v", r)
			}
			if diff := cmp.Diff(test.damage, r.Damage); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
				t.Errorf("the directory changed:\n%s", diff)
			}
		})
	}
}

// TestInspectJournalInUse looks at the directory of an open store, before and after it is open.
func TestInspectJournalInUse(t *testing.T) {
	dir := t.TempDir()
	if _, err := eventstore.InspectJournal(t.Context(), dir); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "name the data directory of a service") {
		t.Errorf("without a journal: %v", err)
	}
	for _, err := range eventstore.ReadPending(dir) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("without a journal: %v", err)
		}
	}
	config := eventstore.Config{Dir: dir}
	store, err := eventstore.Open(t.Context(), new(away), config)
	if err != nil {
		t.Fatal(err)
	}
	want := loggedIn("u-17")
	if _, err := store.Append(t.Context(), want, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	if _, err := eventstore.Open(t.Context(), new(away), config); !errors.Is(err, eventstore.ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second store: %v", err)
	}
	r, err := eventstore.InspectJournal(t.Context(), dir)
	if err != nil || !r.Held || r.Holder != os.Getpid() || r.Pending != 1 || r.PendingTypes[want.Type] != 1 || r.Oldest.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
	n := 0
	for e, err := range eventstore.ReadPending(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != want.Type || string(e.Document) != string(want.Document) || !e.Time.Equal(r.Oldest) {
			t.Errorf("%+v", e)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d pending events, want 1", n)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Shutdown(ended); !errors.Is(err, eventstore.ErrPending) { // the sink is away: the event stays
		t.Error(err)
	}
	if r, err := eventstore.InspectJournal(t.Context(), dir); err != nil || r.Held || r.Pending != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
