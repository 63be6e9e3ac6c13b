// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// reading is a system on which another process reads the first segment, and that deletes no file that is open.
type reading struct {
	files *faultfs.FS
	now   atomic.Int64
	tries chan struct{} // one for each removal that fails
	gone  chan struct{} // closed when the fourth segment is deleted

	mu   sync.Mutex
	err  error // of a removal; nil once nobody reads
	told []error
}

func newReading() *reading {
	r := &reading{files: faultfs.New(), tries: make(chan struct{}, 1_000), gone: make(chan struct{}), err: &fs.PathError{Op: "remove", Path: "x", Err: filesystem.ErrInUse}}
	r.now.Store(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	r.files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		r.mu.Lock()
		defer r.mu.Unlock()
		if op.Kind == faultfs.Remove && op.Name == filepath.Join(dir, format.SegmentName(4)) {
			close(r.gone)
		}
		if op.Kind != faultfs.Remove || r.err == nil || op.Name != filepath.Join(dir, format.SegmentName(1)) {
			return nil
		}
		select {
		case r.tries <- struct{}{}:
		default:
		}
		return &faultfs.Fault{Err: r.err}
	})
	return r
}

func (r *reading) fails(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

// passes waits until the removal was tried n times more.
func (r *reading) passes(t *testing.T, n int) {
	t.Helper()
	for len(r.tries) > 0 {
		<-r.tries
	}
	for range n {
		select {
		case <-r.tries:
		case <-timely(t).Done():
			t.Fatal("nobody tries to delete the segment")
		}
	}
}

func (r *reading) errors() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]error(nil), r.told...)
}

// open returns a journal whose first segments are done, and tried to be deleted each millisecond.
func (r *reading) open(t *testing.T) *journal.Journal {
	o := small(r.files)
	o.SyncInterval = time.Millisecond
	o.Now = func() time.Time { return time.Unix(0, r.now.Load()) }
	o.OnError = func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, err)
	}
	j := open(t, o)
	fill(t, j, 20, 10000) // three a segment
	if err := j.Checkpoint(10); err != nil {
		t.Fatalf("the checkpoint fails with what another process does: %v", err)
	}
	return j
}

func TestSegmentThatAnotherProcessReadsIsDeletedLater(t *testing.T) {
	r := newReading()
	j := r.open(t)
	r.passes(t, 5)
	if got := r.errors(); len(got) > 0 {
		t.Errorf("told: %v", got)
	}
	if err := j.Checkpoint(13); err != nil {
		t.Errorf("checkpoint: %v", err)
	}
	if got := j.Stats(); got.Segments != 7 || got.CheckpointSeq != 13 {
		t.Errorf("while it is read: %+v", got)
	}
	r.fails(nil)
	select {
	case <-r.gone:
	case <-timely(t).Done():
		t.Fatal("it is not deleted when nobody reads it any more")
	}
	closeJournal(t, j)
	if got := r.errors(); len(got) > 0 {
		t.Errorf("told: %v", got)
	}
	if diff := cmp.Diff(journal.Recovery{Recovered: 7}, open(t, small(r.files)).Recovery()); diff != "" {
		t.Error(diff)
	}
}

func TestCloseLeavesWhatAnotherProcessReads(t *testing.T) {
	r := newReading()
	closeJournal(t, r.open(t))
	if got := r.errors(); len(got) > 0 {
		t.Errorf("told: %v", got)
	}
	r.fails(nil)
	j := open(t, small(r.files))
	if diff := cmp.Diff(journal.Recovery{Recovered: 10}, j.Recovery()); diff != "" {
		t.Error(diff)
	}
	closeJournal(t, j)
	if names := r.files.Names(dir); names[0] != format.SegmentName(4) {
		t.Errorf("the next process deletes what is done: %v", names)
	}
}

// TestSegmentThatIsReadForLongIsAnError: it keeps all others from being deleted.
func TestSegmentThatIsReadForLongIsAnError(t *testing.T) {
	r := newReading()
	j := r.open(t)
	r.passes(t, 2)
	r.now.Add(int64(59 * time.Second))
	r.passes(t, 3)
	if got := r.errors(); len(got) > 0 {
		t.Fatalf("told within a minute: %v", got)
	}
	r.now.Add(int64(2 * time.Second))
	r.passes(t, 3)
	if got := r.errors(); len(got) == 0 || !errors.Is(got[0], filesystem.ErrInUse) {
		t.Fatalf("told after a minute: %v", got)
	}
	r.fails(nil)
	closeJournal(t, j)
}

// TestOtherErrorsOfDeletionsAreTold at once, and when such a one came in between, the wait begins anew.
func TestOtherErrorsOfDeletionsAreTold(t *testing.T) {
	r := newReading()
	j := r.open(t)
	r.now.Add(int64(30 * time.Second))
	r.fails(syscall.EIO)
	r.passes(t, 3)
	for _, err := range r.errors() {
		if !errors.Is(err, syscall.EIO) {
			t.Fatalf("told: %v", err)
		}
	}
	r.fails(filesystem.ErrInUse)
	r.passes(t, 2)
	before := len(r.errors())
	if before == 0 {
		t.Fatal("an error of the disk is not told")
	}
	r.now.Add(int64(45 * time.Second))
	r.passes(t, 3)
	if after := len(r.errors()); after != before {
		t.Errorf("told %v", r.errors()[before:])
	}
	r.fails(nil)
	closeJournal(t, j)
}

// TestClearTellsThatSomebodyReads, since it promises that nothing is left.
func TestClearTellsThatSomebodyReads(t *testing.T) {
	r := newReading()
	j := r.open(t)
	last := rotate(t, j)
	if err := j.Checkpoint(last); err != nil {
		t.Fatal(err)
	}
	wantError(t, j.Clear(last), filesystem.ErrInUse)
	r.fails(nil)
	wantError(t, j.Clear(last), nil)
	closeJournal(t, j)
}
