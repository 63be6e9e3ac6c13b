// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// appendUntilFull appends records of n bytes until the disk has no room.
func appendUntilFull(t *testing.T, j *journal.Journal, n int) (last uint64) {
	t.Helper()
	for {
		seq, err := j.Append(payload("r", n))
		if err != nil {
			wantError(t, err, syscall.ENOSPC)
			return last
		}
		last = seq
	}
}

// On a disk that is smaller than a segment, the current segment is deleted once it is done, whoever finds the disk full
// first: an append after that, or one before.
func TestDiskSmallerThanASegment(t *testing.T) {
	for _, mapping := range []bool{true, false} {
		for name, refusedAgain := range map[string]bool{"refused before it is done": false, "refused after it is done": true} {
			t.Run(name, func(t *testing.T) {
				files := faultfs.New()
				files.SetMapping(mapping)
				files.SetSpace(150_000 + tailBytes)
				j := open(t, large(files))
				last := appendUntilFull(t, j, 9_000)
				r := j.NewReader()
				for range 5 {
					if diff := cmp.Diff(last, lastOf(drain(t, r))); diff != "" {
						t.Fatal(diff)
					}
					if refusedAgain {
						_, err := j.Append(payload("refused", 9_000))
						wantError(t, err, syscall.ENOSPC)
					}
					if err := j.Checkpoint(last); err != nil {
						t.Fatal(err)
					}
					next := appendUntilFull(t, j, 9_000)
					if next < last+10 {
						t.Fatalf("%d records were accepted once %d were done", next-last, last)
					}
					last = next
				}
				closeJournal(t, j)
			})
		}
	}
}

func lastOf(r read) uint64 { return r.seqs[len(r.seqs)-1] }

// What lies in the tail alone is read on a disk without room for a segment, by this process and by the next one, and nothing is
// appended before it is in one.
func TestLeftTailOnAFullDisk(t *testing.T) {
	leave := func(tail []byte, change func(*faultfs.FS)) func(t *testing.T) *faultfs.FS {
		return func(t *testing.T) *faultfs.FS {
			files := faultfs.New()
			j := open(t, large(files))
			fill(t, j, 20, 300)
			if err := j.Checkpoint(3); err != nil {
				t.Fatal(err)
			}
			closeJournal(t, j)
			if change != nil {
				change(files)
			}
			files.Put(tailPath, tail)
			return files
		}
	}
	for _, tt := range []struct {
		name string
		left func(t *testing.T) *faultfs.FS
		want []uint64
		lost uint64
		next uint64
	}{
		{"of a process that was killed", func(t *testing.T) *faultfs.FS {
			files := faultfs.New()
			j := open(t, large(files))
			fill(t, j, 50, 300)
			left, next := killed(t, files)
			closeJournal(t, next)
			return left
		}, span(1, 50), 0, 51},
		{"that goes on", leave(tailOf(21, 25), nil), span(4, 25), 0, 26},
		{"with a gap in front", leave(tailOf(24, 25), nil), join(span(4, 20), span(24, 25)), 3, 26},
		{"with a gap behind", leave(tailOf(11, 14), func(f *faultfs.FS) {
			edit(f, segmentPath(1), func(b []byte) []byte { return b[:48+10*323] })
		}), span(4, 14), 6, 21},
		{"without a segment", leave(tailOf(21, 25), func(f *faultfs.FS) { f.Put(segmentPath(1), nil) }), span(21, 25), 17, 26},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := tt.left(t)
			// A process that was killed gave no room back.
			files.SetSpace(segmentsBytes(files))
			for pass := range 2 {
				j, err := journal.Open(dir, large(files))
				if err != nil {
					t.Fatal(err)
				}
				got := drain(t, j.NewReader())
				if diff := cmp.Diff(tt.want, got.seqs); diff != "" {
					t.Fatal(diff)
				}
				if rec := j.Recovery(); pass == 0 && (rec.Lost != tt.lost || rec.Recovered != uint64(len(tt.want))+tt.lost) {
					t.Errorf("%+v", rec)
				}
				if _, err := j.Append(payload("refused", 300)); err == nil {
					t.Error("appended without room")
				}
				_ = j.Close() // which says what it could not write
			}
			j := open(t, large(files))
			r := j.NewReader()
			if diff := cmp.Diff(tt.want, drain(t, r).seqs); diff != "" {
				t.Fatal(diff)
			}
			if err := j.Checkpoint(tt.next - 1); err != nil {
				t.Fatal(err)
			}
			files.SetSpace(-1)
			seq, err := j.Append(payload("next", 300))
			if err != nil || seq != tt.next {
				t.Fatalf("%d, %v, want %d", seq, err, tt.next)
			}
			if diff := cmp.Diff([]uint64{tt.next}, drain(t, r).seqs); diff != "" {
				t.Error(diff)
			}
			closeJournal(t, j)
			j = open(t, large(files))
			if rec := j.Recovery(); rec.Recovered != 1 || rec.Lost != 0 {
				t.Errorf("%+v", rec)
			}
		})
	}
}
