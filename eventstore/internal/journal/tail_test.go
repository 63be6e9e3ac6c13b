// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

var tailPath = filepath.Join(dir, "tail")

// wantFilled reads on and wants the records of fill from first to last.
func wantFilled(t testing.TB, r *journal.Reader, first, last uint64, n int) {
	t.Helper()
	got := drain(t, r)
	if diff := cmp.Diff(span(first, last), got.seqs); diff != "" {
		t.Fatal(diff)
	}
	for i, p := range got.payloads {
		if !bytes.Equal(p, payload(fmt.Sprintf("r%d", got.seqs[i]), n)) {
			t.Fatalf("record %d has another's content", got.seqs[i])
		}
	}
}

// killed opens what the death of the process leaves.
func killed(t testing.TB, files *faultfs.FS) (*faultfs.FS, *journal.Journal) {
	t.Helper()
	left := files.After(faultfs.Kill(), 0)
	return left, open(t, large(left))
}

// The reader has each record at once, whatever lies where.
func TestReaderOfATail(t *testing.T) {
	j := open(t, large(faultfs.New()))
	r := j.NewReader()
	for i := range uint64(200) {
		fill(t, j, 1, 700)
		if i%3 == 2 {
			continue
		}
		for {
			e, err := r.Next(timely(t))
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Checkpoint(e.Seq); err != nil {
				t.Fatal(err)
			}
			if e.Seq == i+1 {
				break
			}
		}
		if s := j.Stats(); s.Backlog != 0 || s.OldestUnixNano != 0 {
			t.Fatalf("%+v", s)
		}
	}
}

func TestAgeInATail(t *testing.T) {
	o := large(faultfs.New())
	now := time.Unix(1000, 0)
	o.Now = func() time.Time { return now }
	j := open(t, o)
	fill(t, j, 1, 100)
	for seq := uint64(1); seq < 5; seq++ {
		now = now.Add(time.Minute)
		fill(t, j, 1, 100)
		want := now.UnixNano()
		now = now.Add(time.Minute)
		fill(t, j, 1, 100)
		if err := j.Checkpoint(j.Stats().LastSeq - 2); err != nil {
			t.Fatal(err)
		}
		if s := j.Stats(); s.Backlog != 2 || s.OldestUnixNano != want {
			t.Fatalf("%+v, want %d", s, want)
		}
	}
}

// Where there is no tail, or none any more, appends are as good without.
func TestWithoutATail(t *testing.T) {
	full := faultfs.Fault{Err: syscall.ENOSPC}
	for name, begin := range map[string]func(*faultfs.FS){
		"unsupported":                     func(f *faultfs.FS) { f.SetMapping(false) },
		"no room for it":                  func(f *faultfs.FS) { f.SetHook(onTail(faultfs.Map, full)) },
		"nothing can be reserved":         func(f *faultfs.FS) { f.SetHook(onSegments(faultfs.Reserve, full)) },
		"its first write fails":           func(f *faultfs.FS) { f.SetHook(onTail(faultfs.Write, faultfs.Fault{Err: syscall.EIO, Bytes: 10})) },
		"its name is taken":               func(f *faultfs.FS) { f.Put(tailPath, []byte("something else")) },
		"its name is taken, and it stays": func(f *faultfs.FS) { f.Put(tailPath, []byte("x")); f.SetHook(onTail(faultfs.Remove, full)) },
	} {
		t.Run(name, func(t *testing.T) {
			files := faultfs.New()
			begin(files)
			j := open(t, large(files))
			fill(t, j, 100, 1000)
			_, next := killed(t, files)
			wantFilled(t, next.NewReader(), 1, 100, 1000)
			fill(t, j, 2000, 100)
			closeJournal(t, j)
		})
	}
}

// The bound holds for what lies in the tail too, to the byte: as many records are accepted as without one.
func TestBoundOfATail(t *testing.T) {
	count := func(mapping bool) (n int) {
		files := faultfs.New()
		files.SetMapping(mapping)
		o := large(files)
		o.MaxBytes = 500_000
		j := open(t, o)
		for {
			_, err := j.Append(payload("r", 777))
			if err != nil {
				wantError(t, err, journal.ErrFull)
				break
			}
			n++
		}
		if s := j.Stats(); s.Bytes > o.MaxBytes {
			t.Errorf("%d bytes", s.Bytes)
		}
		closeJournal(t, j)
		return n
	}
	if with, without := count(true), count(false); with != without || with == 0 {
		t.Errorf("%d with a tail, %d without", with, without)
	}
}

// Room that a segment did not need is given back when it ends.
func TestReservedRoomIsGivenBack(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 20, 300)
	size := int64(len(files.Get(segmentPath(1))))
	_ = rotate(t, j)
	waitSynced(t, j, 20)
	full := size + 20*400 + format.CheckpointFileBytes + tailBytes
	files.SetSpace(full)
	if _, err := j.Append(payload("r", int(full-size-20*400))); err == nil {
		t.Fatal("there is more room than there is")
	}
	files.SetSpace(full + 100_000)
	if _, err := j.Append(payload("r", 100_000)); err != nil {
		t.Fatal(err)
	}
}

// Many goroutines append, one reads, the loop syncs, all at once.
func TestTailUnderLoad(t *testing.T) {
	o := large(faultfs.New())
	o.SyncInterval = time.Millisecond
	o.MaxBytes = 64 << 20
	j := open(t, o)
	const writers, each = 16, 500
	ctx, cancel := context.WithCancel(timely(t))
	defer cancel()
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				seq, err := j.Append(payload(fmt.Sprintf("w%d.%d", w, i), 200+37*(i%20)))
				if err == nil && i%50 == 0 {
					err = j.WaitSynced(ctx, seq)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	r := j.NewReader()
	next := make(map[int]int)
	for seq := uint64(1); seq <= writers*each; seq++ {
		e, err := r.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var w, i int
		if _, err := fmt.Sscanf(string(e.Payload[:bytes.IndexByte(e.Payload, '|')]), "w%d.%d", &w, &i); err != nil {
			t.Fatal(err)
		}
		if e.Seq != seq || i != next[w] || e.Lost != 0 {
			t.Fatalf("record %d is w%d.%d, want %d and %d", e.Seq, w, i, seq, next[w])
		}
		next[w]++
		if seq%100 == 0 {
			if err := j.Checkpoint(seq); err != nil {
				t.Fatal(err)
			}
		}
	}
	group.Wait()
}
