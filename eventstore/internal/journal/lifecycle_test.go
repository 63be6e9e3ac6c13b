// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

func TestOpenAndCloseLeaveNoFiles(t *testing.T) {
	files := faultfs.New()
	for range 3 {
		j := open(t, small(files))
		closeJournal(t, j)
		wantError(t, j.Close(), nil)
	}
	if names := files.Names(dir); len(names) != 0 {
		t.Fatalf("files %v", names)
	}
}

func TestClosedJournal(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	fill(t, j, 3, 100)
	r := j.NewReader()
	waiting := make(chan error, 1)
	go func() {
		for {
			if _, err := r.Next(context.Background()); err != nil {
				waiting <- err
				return
			}
		}
	}()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := j.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	group.Wait()
	wantError(t, <-waiting, journal.ErrClosed)
	_, err := j.Append([]byte("x"))
	wantError(t, err, journal.ErrClosed)
	wantError(t, j.Checkpoint(1), journal.ErrClosed)
	wantError(t, j.WaitSpace(context.Background()), journal.ErrClosed)
	wantError(t, j.WaitSynced(context.Background(), 3), nil) // Close synced it
	_, _, err = j.NewReader().TryNext()
	wantError(t, err, journal.ErrClosed)
	if n := files.OpenFiles(); n != 0 {
		t.Fatalf("%d files are still open", n)
	}
}

func TestDirectoryIsLocked(t *testing.T) {
	path := t.TempDir()
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = journal.Open(path, journal.Options{})
	wantError(t, err, journal.ErrLocked)
	for _, part := range []string{path, fmt.Sprint(os.Getpid())} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %q", err, part)
		}
	}
	closeJournal(t, j)
	if j, err = journal.Open(path, journal.Options{}); err != nil {
		t.Fatalf("after Close: %v", err)
	}
	closeJournal(t, j)
}
