// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func TestRecordsComeBackInOrder(t *testing.T) {
	for name, files := range map[string]journal.FS{"on a disk": filesystem.OS(), "in memory": filesystem.Memory()} {
		t.Run(name, func(t *testing.T) { recordsComeBackInOrder(t, files) })
	}
}

func recordsComeBackInOrder(t *testing.T, files journal.FS) {
	t.Helper()
	sizes := []int{0, 1, 300, format.BlockBytes - format.SegmentHeaderBytes - format.FragmentHeaderBytes, 40000, 5 << 20, 17, journal.MaxRecordBytes, 2}
	o := journal.Options{FS: files, SyncInterval: time.Hour}
	path := filepath.Join(t.TempDir(), "new", "journal")
	j, err := journal.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range sizes {
		p := payload(fmt.Sprint("record ", i), n)
		if seq, err := j.Append(p[:n/3], nil, p[n/3:]); err != nil || seq != uint64(i+1) {
			t.Fatalf("Append: %d, %v", seq, err)
		}
	}
	if _, err := j.Append(make([]byte, journal.MaxRecordBytes), []byte{1}); !errors.Is(err, journal.ErrTooLarge) {
		t.Fatalf("one byte too many: %v", err)
	}
	check := func(j *journal.Journal) {
		t.Helper()
		got := drain(t, j.NewReader())
		if diff := cmp.Diff(span(1, uint64(len(sizes))), got.seqs); diff != "" {
			t.Fatal(diff)
		}
		for i, n := range sizes {
			if !bytes.Equal(got.payloads[i], payload(fmt.Sprint("record ", i), n)) {
				t.Fatalf("record %d of %d bytes differs", i, n)
			}
		}
	}
	check(j)
	closeJournal(t, j)
	if j, err = journal.Open(path, o); err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	check(j)
	if diff := cmp.Diff(journal.Recovery{Recovered: uint64(len(sizes))}, j.Recovery()); diff != "" {
		t.Fatal(diff)
	}
}

func TestReaderRewindsToTheCheckpoint(t *testing.T) {
	j := open(t, small(faultfs.New()))
	fill(t, j, 12, 10000)
	r := j.NewReader()
	drain(t, r)
	if err := j.Checkpoint(5); err != nil {
		t.Fatal(err)
	}
	r.Rewind()
	if diff := cmp.Diff(span(6, 12), drain(t, r).seqs); diff != "" {
		t.Fatal(diff)
	}
	second := j.NewReader()
	if diff := cmp.Diff(span(6, 12), drain(t, second).seqs); diff != "" {
		t.Fatal(diff)
	}
	_, _, err := r.TryNext()
	wantError(t, err, journal.ErrClosed)
}

// Two appends never have the same time, so that what a refused one left cannot
// be taken for a part of the next.
func TestRefusedAppendUsesUpItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := faultfs.New()
		f := newFaults(files)
		j := open(t, small(files))
		now := time.Now().UnixNano()
		fill(t, j, 1, 10)
		f.set(faultfs.Write, &faultfs.Fault{Err: syscall.EIO})
		if _, err := j.Append([]byte("refused")); err == nil {
			t.Fatal("no error")
		}
		f.set(faultfs.Write, nil)
		fill(t, j, 1, 10)
		r := j.NewReader()
		for _, want := range []int64{now, now + 2} {
			if e, ok, err := r.TryNext(); !ok || err != nil || e.Time != want {
				t.Fatalf("time %d, want %d; %v", e.Time, want, err)
			}
		}
		closeJournal(t, j)
	})
}

func TestBackgroundSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := faultfs.New()
		o := small(files)
		o.SyncInterval = 100 * time.Millisecond
		j := open(t, o)
		fill(t, j, 1, 10)
		<-time.After(o.SyncInterval + time.Millisecond)
		synctest.Wait()
		if got := j.Stats().SyncedSeq; got != 1 {
			t.Fatalf("synced %d", got)
		}
		before := files.Ops()
		<-time.After(time.Hour)
		if got := files.Ops(); got != before {
			t.Fatalf("%d operations of an idle journal", got-before)
		}
		closeJournal(t, j)
	})
}

// Whatever nobody waited for is durable one interval later: a loss of power costs no more.
func TestPowerLossCostsAtMostTheSyncInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := faultfs.New()
		o := small(files)
		o.SyncInterval = 100 * time.Millisecond
		j := open(t, o)
		var appended []time.Time
		for range 60 {
			fill(t, j, 1, 3_000)
			appended = append(appended, time.Now())
			<-time.After(7 * time.Millisecond)
			synctest.Wait()
			due := 0
			for _, at := range appended {
				if time.Since(at) > o.SyncInterval {
					due++
				}
			}
			left := open(t, small(files.After(faultfs.Strict(), 0)))
			if rec := left.Recovery(); rec.Recovered < uint64(due) || rec.Lost != 0 {
				t.Fatalf("of %d records %d are older than the interval, and %+v survived", len(appended), due, rec)
			}
			closeJournal(t, left)
		}
		closeJournal(t, j)
	})
}

func TestConcurrentUse(t *testing.T) {
	o := journal.Options{SegmentBytes: 2 * format.BlockBytes, SyncInterval: time.Millisecond}
	j, err := journal.Open(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	const writers, each = 8, 400
	ctx := timely(t)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				p := payload(fmt.Sprintf("%d.%d", w, i), 20+i*w%3000)
				seq, err := j.Append(p)
				if err != nil {
					t.Errorf("Append: %v", err)
					return
				}
				if i%40 == 0 {
					if err := j.WaitSynced(ctx, seq); err != nil {
						t.Errorf("WaitSynced: %v", err)
					}
				}
				j.Stats()
			}
		})
	}
	next := map[string]int{}
	r := j.NewReader()
	for n := uint64(1); n <= writers*each; n++ {
		e, err := r.Next(ctx)
		if err != nil || e.Seq != n || e.Lost != 0 {
			t.Fatalf("Next: %d lost %d, %v; want %d", e.Seq, e.Lost, err, n)
		}
		name, _, _ := strings.Cut(string(e.Payload), "|")
		w, i, _ := strings.Cut(name, ".")
		if i != fmt.Sprint(next[w]) {
			t.Fatalf("writer %s: %s, want %d", w, i, next[w])
		}
		next[w]++
		if n%100 == 0 {
			if err := j.Checkpoint(n); err != nil {
				t.Fatal(err)
			}
		}
	}
	group.Wait()
}

func TestAppendAllocatesNothing(t *testing.T) {
	j, err := journal.Open(t.TempDir(), journal.Options{SyncInterval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	head, body := make([]byte, 24), make([]byte, 300)
	r := j.NewReader()
	if n := testing.AllocsPerRun(5000, func() {
		if _, err := j.Append(head, body); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := r.TryNext(); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}
