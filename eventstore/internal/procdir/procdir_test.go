// SPDX-License-Identifier: Apache-2.0

package procdir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	mark := Mark("mongodb shop.events")
	seen := map[string]bool{}
	for range 1_000 {
		name := NewName(mark, time.Now())
		if got, ok := MarkOf(name); !ok || got != mark || seen[name] {
			t.Fatalf("%s: mark %q, %v, seen before: %v", name, got, ok, seen[name])
		}
		seen[name] = true
	}
	if Mark("mongodb shop.other") == mark {
		t.Error("two destinations have one mark")
	}
	for _, name := range []string{"", "journal", "process-1", "process-20261127T214103Z-5f1c2a90-9b0d77e", ".removed-process-20261127T214103Z-5f1c2a90-9b0d77e1", "process-20261127T214103Z-5f1c2a90-9b0d77e1.bak"} {
		if _, ok := MarkOf(name); ok {
			t.Errorf("%q is taken for a name", name)
		}
	}
}

func TestListAndRemove(t *testing.T) {
	parent := t.TempDir()
	if dirs, err := List(filepath.Join(parent, "missing")); dirs != nil || err != nil {
		t.Errorf("a parent that is missing: %v, %v", dirs, err)
	}
	mark, at := Mark("a"), time.Now()
	var want []Dir
	for i := range 3 {
		d := Dir{filepath.Join(parent, NewName(mark, at.Add(time.Duration(i)*time.Second))), mark}
		if err := os.MkdirAll(filepath.Join(d.Path, "journal"), 0o700); err != nil {
			t.Fatal(err)
		}
		want = append(want, d)
	}
	for _, other := range []string{"journal", "notes", ".removed-notes"} {
		if err := os.Mkdir(filepath.Join(parent, other), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(parent, NewName(mark, at)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := List(parent)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	hidden, err := Hide(want[1].Path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := List(parent); len(got) != 2 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Hide(want[1].Path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("hidden twice: %v", err)
	}
	if err := Sweep(parent); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(hidden); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was hidden is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(parent, ".removed-notes")); err != nil {
		t.Error("a directory of somebody else is gone")
	}
}
