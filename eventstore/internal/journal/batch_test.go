// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// batchOf are records of the given sizes, named by the sequence numbers that they are to have.
func batchOf(first uint64, sizes ...int) [][][]byte {
	var payloads [][]byte
	for i, n := range sizes {
		payloads = append(payloads, payload(fmt.Sprintf("r%d", first+uint64(i)), n))
	}
	return records(payloads)
}

func wantBatch(t testing.TB, j *journal.Journal, first uint64, sizes ...int) {
	t.Helper()
	got, n, err := j.AppendBatch(batchOf(first, sizes...))
	if got != first || n != len(sizes) || err != nil {
		t.Fatalf("AppendBatch: first %d, %d of %d, %v; want first %d", got, n, len(sizes), err, first)
	}
}

// wantRecords reads everything and compares it with records of these sizes from sequence number 1 on.
func wantRecords(t testing.TB, j *journal.Journal, sizes ...int) {
	t.Helper()
	got := drain(t, j.NewReader())
	if diff := cmp.Diff(span(1, uint64(len(sizes))), got.seqs); diff != "" {
		t.Fatal(diff)
	}
	for i, n := range sizes {
		if !bytes.Equal(got.payloads[i], payload(fmt.Sprintf("r%d", i+1), n)) {
			t.Fatalf("record %d is not what was appended", i+1)
		}
	}
}

// A batch leaves byte for byte what single appends leave that come at the same
// moment.
func TestBatchIsWrittenLikeSingleRecords(t *testing.T) {
	sizes := []int{10, 0, 9000, 23000, 5, 100000, 40, 32 << 10, 32673, 32672, 1, 700, 20000, 20000, 20000}
	synctest.Test(t, func(t *testing.T) {
		write := func(batch int) *faultfs.FS {
			files := faultfs.New()
			j := open(t, small(files))
			for i := 0; i < len(sizes); i += batch {
				part := batchOf(uint64(i+1), sizes[i:min(i+batch, len(sizes))]...)
				if batch > 1 {
					if _, n, err := j.AppendBatch(part); n != len(part) || err != nil {
						t.Fatal(n, err)
					}
				} else if _, err := j.Append(part[0]...); err != nil {
					t.Fatal(err)
				}
			}
			closeJournal(t, j)
			return files
		}
		want := write(1)
		if n := len(want.Names(dir)); n < 6 {
			t.Fatalf("%d files: the records should cross several segments", n)
		}
		for _, batch := range []int{2, 4, 7, len(sizes)} {
			got := write(batch)
			if diff := cmp.Diff(want.Names(dir), got.Names(dir)); diff != "" {
				t.Fatal(diff)
			}
			for _, name := range want.Names(dir) {
				if path := filepath.Join(dir, name); !bytes.Equal(want.Get(path), got.Get(path)) {
					t.Errorf("batches of %d: %s differs", batch, name)
				}
			}
		}
	})
}

// One write for each segment, one fsync for all who wait.
func TestBatchCostsOneWriteForEachSegment(t *testing.T) {
	files := faultfs.New()
	done := map[faultfs.Kind]int{}
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if strings.HasSuffix(op.Name, ".journal") {
			done[op.Kind]++
		}
		return nil
	})
	j := open(t, small(files))
	wantBatch(t, j, 1, 100, 100, 100, 100)
	if done[faultfs.Write] != 1 {
		t.Errorf("%d writes for a batch that fits into a segment", done[faultfs.Write])
	}
	waitSynced(t, j, 4)
	if done[faultfs.Sync] != 1 {
		t.Errorf("%d fsyncs of one file for one batch", done[faultfs.Sync])
	}
	wantBatch(t, j, 5, 9000, 9000, 9000, 9000, 9000, 9000, 9000)
	if got := j.Stats().Segments; done[faultfs.Write] != 1+got {
		t.Errorf("%d writes for a batch in %d segments", done[faultfs.Write]-1, got)
	}
	wantRecords(t, j, 100, 100, 100, 100, 9000, 9000, 9000, 9000, 9000, 9000, 9000)
}

// An fsync that fails for one of a batch's segments fails who waits for the batch, and nobody who waits for
// records of the others.
func TestFailedFsyncOfABatch(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	wantBatch(t, j, 1, 10000, 10000, 10000, 10000, 10000, 10000, 10000) // three a segment
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Sync && op.Name == filepath.Join(dir, format.SegmentName(2)) {
			return &faultfs.Fault{Err: syscall.EIO}
		}
		return nil
	})
	wantError(t, j.WaitBatchSynced(timely(t), 1, 7), syscall.EIO)
	wantError(t, j.WaitBatchSynced(timely(t), 3, 4), syscall.EIO)
	for _, sound := range [][2]uint64{{1, 3}, {7, 7}} {
		if err := j.WaitBatchSynced(timely(t), sound[0], sound[1]); err != nil {
			t.Errorf("%v: %v", sound, err)
		}
	}
}

// Whatever fails: n tells what stands, the rest never appears, the next append
// takes the number of the first that was refused.
func TestRefusedBatch(t *testing.T) {
	eio, nospace := syscall.EIO, syscall.ENOSPC
	sizes := []int{9000, 9000, 9000, 9000, 9000, 9000, 9000} // three a segment
	tests := []struct {
		name     string
		write    int // which of the batch's writes fails, from 0; -1: none
		fault    faultfs.Fault
		truncate bool // fails too
		create   int  // which creation fails, from 1
		want     int
	}{
		{name: "nothing was written", write: 0, fault: faultfs.Fault{Err: nospace}, want: 0},
		{name: "a part of the first", write: 0, fault: faultfs.Fault{Err: nospace, Bytes: 5000}, want: 0},
		{name: "the first and a part", write: 0, fault: faultfs.Fault{Err: nospace, Bytes: 12000}, want: 1},
		{name: "the first and a part, and the truncate fails", write: 0, fault: faultfs.Fault{Err: nospace, Bytes: 12000}, truncate: true, want: 1},
		{name: "all but a byte", write: 0, fault: faultfs.Fault{Err: eio, Bytes: 1 << 20}, truncate: true, want: 2},
		{name: "nothing of the second segment", write: 1, fault: faultfs.Fault{Err: nospace}, want: 3},
		{name: "a part of the second segment's header", write: 1, fault: faultfs.Fault{Err: nospace, Bytes: 20}, truncate: true, want: 3},
		{name: "a part of the second segment", write: 1, fault: faultfs.Fault{Err: nospace, Bytes: 20000}, want: 5},
		{name: "the last", write: 2, fault: faultfs.Fault{Err: nospace, Bytes: 20}, truncate: true, want: 6},
		{name: "all was written in spite of the error", write: 1, fault: faultfs.Fault{Err: eio, Lie: true}, want: 3},
		{name: "all was written and the truncate fails", write: 1, fault: faultfs.Fault{Err: eio, Lie: true}, truncate: true, want: 3},
		{name: "no second segment", write: -1, create: 2, want: 3},
		{name: "no segment", write: -1, create: 1, want: 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			j := open(t, small(files))
			writes, creates := 0, 0
			files.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if !strings.HasSuffix(op.Name, ".journal") {
					return nil
				}
				switch op.Kind {
				case faultfs.Write:
					writes++
					if writes-1 == tt.write {
						return &tt.fault
					}
				case faultfs.Create:
					creates++
					if creates == tt.create {
						return &faultfs.Fault{Err: nospace}
					}
				case faultfs.Truncate:
					if tt.truncate {
						return &faultfs.Fault{Err: eio}
					}
				}
				return nil
			})
			_, n, err := j.AppendBatch(batchOf(1, sizes...))
			if n != tt.want || err == nil {
				t.Fatalf("%d appended, %v; want %d and an error", n, err, tt.want)
			}
			files.SetHook(nil)
			stands := sizes[:n]
			wantRecords(t, j, stands...)
			if !tt.fault.Lie { // docs/journal.md: not promised
				killed := open(t, small(files.After(faultfs.Kill(), 0)))
				wantRecords(t, killed, stands...)
				closeJournal(t, killed)
			}
			wantBatch(t, j, uint64(n+1), 700, 40000)
			waitSynced(t, j, uint64(n+2))
			want := append(append([]int{}, stands...), 700, 40000)
			wantRecords(t, j, want...)
			for _, loss := range faultfs.Losses() {
				after := open(t, small(files.After(loss, 7)))
				wantRecords(t, after, want...)
				if rec := after.Recovery(); rec.Lost != 0 {
					t.Fatalf("%s: %+v", loss.Name, rec)
				}
				closeJournal(t, after)
			}
			closeJournal(t, j)
		})
	}
}

func TestBatchWithoutEffect(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	if first, n, err := j.AppendBatch(nil); first != 1 || n != 0 || err != nil {
		t.Errorf("an empty batch: %d, %d, %v", first, n, err)
	}
	for _, size := range []int{journal.MaxRecordBytes + 1, 1 << 20} { // the second is the journal's own bound
		_, n, err := j.AppendBatch([][][]byte{{[]byte("small")}, {make([]byte, size)}})
		wantError(t, err, journal.ErrTooLarge)
		if n != 0 || !strings.Contains(err.Error(), "record 1 ") {
			t.Errorf("%d appended, %v; want none, and the error to say which", n, err)
		}
	}
	closeJournal(t, j)
	_, n, err := j.AppendBatch(batchOf(1, 5))
	wantError(t, err, journal.ErrClosed)
	if names := files.Names(dir); n != 0 || len(names) != 0 {
		t.Errorf("%d appended, files %v", n, names)
	}
}

// A batch beyond what is left is appended as far as it fits.
func TestBatchAtTheBound(t *testing.T) {
	o := small(faultfs.New())
	o.MaxBytes = 4 * format.BlockBytes
	j := open(t, o)
	first, n, err := j.AppendBatch(batchOf(1, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000))
	wantError(t, err, journal.ErrFull)
	if first != 1 || n < 10 || n > 14 || !j.Full() {
		t.Fatalf("first %d, %d appended, full: %v", first, n, j.Full())
	}
	if got := j.Stats(); got.Bytes > o.MaxBytes || got.LastSeq != uint64(n) {
		t.Fatalf("%+v after %d", got, n)
	}
	if err := j.Checkpoint(uint64(n)); err != nil {
		t.Fatal(err)
	}
	if j.Full() {
		t.Error("full with nothing in it")
	}
	wantBatch(t, j, uint64(n+1), 9000)
}

// A batch of many times the bound goes in piece by piece, as the reader makes
// room, and nobody else gets in between.
func TestTurn(t *testing.T) {
	o := small(faultfs.New())
	o.MaxBytes = 4 * format.BlockBytes
	j := open(t, o)
	ctx := timely(t)
	turn := j.NewTurn()
	sizes := make([]int, 100)
	for i := range sizes {
		sizes[i] = 9000
	}
	rest := batchOf(1, sizes...)
	next := uint64(1)
	others := make(chan error, 3)
	r := j.NewReader()
	var got read
	for pieces := 0; len(rest) > 0; pieces++ {
		first, n, err := turn.AppendBatchAt(0, rest)
		if n > 0 && first != next {
			t.Fatalf("the piece begins with %d, want %d", first, next)
		}
		next += uint64(n)
		rest = rest[n:]
		if len(rest) == 0 {
			break
		}
		wantError(t, err, journal.ErrFull)
		_, err = j.Append([]byte("x"))
		wantError(t, err, journal.ErrFull)
		_, n, err = j.AppendBatch(batchOf(1, 1))
		wantError(t, err, journal.ErrFull)
		if n != 0 {
			t.Fatal("another batch got in")
		}
		if pieces == 0 {
			for range cap(others) {
				go func() { others <- appendWaiting(ctx, j, []byte("other")) }()
			}
		}
		piece := drain(t, r)
		got.seqs, got.payloads = append(got.seqs, piece.seqs...), append(got.payloads, piece.payloads...)
		if err := j.Checkpoint(got.seqs[len(got.seqs)-1]); err != nil {
			t.Fatal(err)
		}
		_, err = j.Append([]byte("x")) // there is room, and it is not theirs
		wantError(t, err, journal.ErrFull)
		wantError(t, turn.WaitSpace(ctx), nil)
	}
	turn.End()
	for range cap(others) {
		wantError(t, <-others, nil)
	}
	piece := drain(t, r)
	got.seqs, got.payloads = append(got.seqs, piece.seqs...), append(got.payloads, piece.payloads...)
	if diff := cmp.Diff(span(1, 103), got.seqs); diff != "" {
		t.Fatal(diff)
	}
	for i := range sizes {
		if !bytes.Equal(got.payloads[i], payload(fmt.Sprintf("r%d", i+1), 9000)) {
			t.Fatalf("record %d is not the batch's", i+1)
		}
	}
}

// Those who wait behind a turn can give up, and so can the turn.
func TestTurnThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := small(faultfs.New())
		o.MaxBytes = format.BlockBytes
		j := open(t, o)
		turn := j.NewTurn()
		_, n, err := turn.AppendBatchAt(0, batchOf(1, 20000, 20000))
		wantError(t, err, journal.ErrFull)
		if n != 1 {
			t.Fatalf("%d appended", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantError(t, j.WaitSpace(ctx), context.DeadlineExceeded)
		wantError(t, turn.WaitSpace(ctx), context.DeadlineExceeded)
		waiting := make(chan error, 1)
		go func() { waiting <- j.WaitSpace(t.Context()) }()
		synctest.Wait()
		turn.End()
		wantError(t, <-waiting, nil)
		if !j.Full() {
			t.Error("the end of the turn made room")
		}
		last := j.NewTurn()
		go func() { waiting <- last.WaitSpace(t.Context()) }()
		synctest.Wait()
		closeJournal(t, j)
		wantError(t, <-waiting, journal.ErrClosed)
		last.End()
	})
}
