// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// Each way in which an append can be refused: it says so precisely, what it
// left never appears, and the next append works and takes its number.
func TestRefusedAppend(t *testing.T) {
	eio, nospace := syscall.EIO, syscall.ENOSPC
	type fail struct {
		kind  faultfs.Kind
		fault faultfs.Fault
	}
	tests := []struct {
		name  string
		fails []fail
		size  int
		want  error
	}{
		{"nothing was written", []fail{{faultfs.Write, faultfs.Fault{Err: nospace}}}, 100, nospace},
		{"a part was written", []fail{{faultfs.Write, faultfs.Fault{Err: nospace, Bytes: 50}}}, 100, nospace},
		{"some blocks were written", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Bytes: 70000}}}, 90000, eio},
		{"the truncate fails", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Bytes: 50}}, {faultfs.Truncate, faultfs.Fault{Err: eio}}}, 100, eio},
		{"all was written in spite of the error", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Lie: true}}}, 100, eio},
		{"all was written and the truncate fails", []fail{{faultfs.Write, faultfs.Fault{Err: eio, Lie: true}}, {faultfs.Truncate, faultfs.Fault{Err: eio}}}, 100, eio},
		{"no new segment", []fail{{faultfs.Create, faultfs.Fault{Err: nospace}}}, 30000, nospace},
		{"a new segment without content", []fail{{faultfs.Write, faultfs.Fault{Err: nospace, Bytes: 20}}}, 30000, nospace},
		{"a new segment without content that cannot be truncated", []fail{{faultfs.Write, faultfs.Fault{Err: nospace, Bytes: 60}}, {faultfs.Truncate, faultfs.Fault{Err: eio}}}, 30000, nospace},
	}
	for _, before := range []int{0, 2} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s after %d", tt.name, before), func(t *testing.T) {
				files := faultfs.New()
				f := newFaults(files)
				j := open(t, small(files))
				fill(t, j, before, 9000)
				for _, fail := range tt.fails {
					f.set(fail.kind, &fail.fault)
				}
				for range 3 {
					_, err := j.Append(payload("refused", tt.size))
					wantError(t, err, tt.want)
				}
				if f.get(faultfs.Truncate) == nil {
					// Taken back at once, not only by what is written over it.
					killed := open(t, small(files.After(faultfs.Kill(), 0)))
					if rec := killed.Recovery(); rec.Recovered != uint64(before) || rec.TornBytes != 0 {
						t.Fatalf("right after it: %+v", rec)
					}
					closeJournal(t, killed)
				}
				for _, fail := range tt.fails {
					f.set(fail.kind, nil)
				}
				fill(t, j, 3, 9000)
				last := uint64(before + 3)
				waitSynced(t, j, last)
				check := func(j *journal.Journal) {
					t.Helper()
					got := drain(t, j.NewReader())
					if diff := cmp.Diff(span(1, last), got.seqs); diff != "" {
						t.Fatal(diff)
					}
					for i, p := range got.payloads {
						if !bytes.Equal(p, payload(fmt.Sprintf("r%d", i+1), 9000)) {
							t.Fatalf("record %d has another's content", i+1)
						}
					}
				}
				check(j)
				for _, loss := range faultfs.Losses() {
					after := open(t, small(files.After(loss, 7)))
					check(after)
					if rec := after.Recovery(); rec.Lost != 0 || rec.Recovered != last {
						t.Fatalf("%s: %+v", loss.Name, rec)
					}
					closeJournal(t, after)
				}
				closeJournal(t, j)
			})
		}
	}
}

// A disk that is full: appends fail, nothing that was acknowledged is harmed,
// the checkpoint can still move, and its deletions make appends work again.
func TestDiskFull(t *testing.T) {
	files := faultfs.New()
	files.SetSpace(150000 + tailBytes)
	j := open(t, small(files))
	var last uint64
	for {
		seq, err := j.Append(payload("r", 9000))
		if err != nil {
			wantError(t, err, syscall.ENOSPC)
			break
		}
		last = seq
	}
	if last < 10 {
		t.Fatalf("full after %d records", last)
	}
	files.SetSpace(0)
	r := j.NewReader()
	if diff := cmp.Diff(span(1, last), drain(t, r).seqs); diff != "" {
		t.Fatal(diff)
	}
	if err := j.Checkpoint(last - 1); err != nil {
		t.Fatalf("checkpoint on a full disk: %v", err)
	}
	files.SetSpace(150000 + tailBytes)
	fill(t, j, 3, 9000)
	if diff := cmp.Diff(span(last+1, last+3), drain(t, r).seqs); diff != "" {
		t.Fatal(diff)
	}
	closeJournal(t, j)
	if diff := cmp.Diff(journal.Recovery{Recovered: 4}, open(t, small(files)).Recovery()); diff != "" {
		t.Fatal(diff)
	}
}

// Deletions that fail are tried again without anybody asking.
func TestFailedRemovalIsRetried(t *testing.T) {
	files := faultfs.New()
	f := newFaults(files)
	o := small(files)
	o.MaxBytes, o.SyncInterval = 4*format.BlockBytes, time.Millisecond
	j := open(t, o)
	r := j.NewReader()
	for {
		if _, err := j.Append(payload("r", 5000)); err != nil {
			break
		}
	}
	got := drain(t, r)
	f.set(faultfs.Remove, &faultfs.Fault{Err: syscall.EIO})
	wantError(t, j.Checkpoint(got.seqs[len(got.seqs)-1]), syscall.EIO)
	f.set(faultfs.Remove, nil)
	wantError(t, j.WaitSpace(timely(t)), nil)
	fill(t, j, 1, 5000)
}
