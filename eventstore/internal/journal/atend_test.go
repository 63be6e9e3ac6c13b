// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// atEnd are the options of a journal with a consumer that begins at the end when it is new, and one that does not.
func atEnd(files *faultfs.FS) journal.Options {
	o := with(files, "late", "other")
	o.AtEnd = func(name string) bool { return name == "late" }
	return o
}

func TestNewConsumerAtTheEnd(t *testing.T) {
	tests := []struct {
		name   string
		before func(t *testing.T, files *faultfs.FS)
		late   []uint64 // what the consumer gets of what was there before
	}{
		{"of an empty journal", func(*testing.T, *faultfs.FS) {}, nil},
		{"of one of which a part is done", func(t *testing.T, files *faultfs.FS) {
			j := open(t, small(files))
			fill(t, j, 5, 100)
			wantError(t, j.Checkpoint(3), nil)
		}, nil},
		{"of one of which all is done and deleted", func(t *testing.T, files *faultfs.FS) {
			j := open(t, small(files))
			fill(t, j, 5, 100)
			rotate(t, j)
			wantError(t, j.Checkpoint(5), nil)
			closeJournal(t, j)
		}, nil},
		{"of one without a checkpoint, where nobody can tell what is new", func(t *testing.T, files *faultfs.FS) {
			j := open(t, small(files))
			fill(t, j, 5, 100)
			wantError(t, j.Checkpoint(3), nil)
			closeJournal(t, j)
			files.Put(checkpointPath, nil)
		}, span(1, 5)},
		{"that was dropped meanwhile", func(t *testing.T, files *faultfs.FS) {
			j := open(t, atEnd(files))
			fill(t, j, 1, 100)
			closeJournal(t, j)
			j = open(t, small(files))
			fill(t, j, 5, 100)
			wantError(t, j.Checkpoint(3), nil)
			wantError(t, j.Drop("late"), nil)
			closeJournal(t, j)
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			tt.before(t, files)
			files = files.After(faultfs.Kill(), 1)
			j := open(t, atEnd(files))
			want := tt.late
			if diff := cmp.Diff(want, drain(t, j.Consumer("late").NewReader()).seqs); diff != "" {
				t.Fatal(diff)
			}
			for range 2 { // processes that die without a checkpoint of their own
				last := j.Stats().LastSeq
				fill(t, j, 2, 100)
				want = append(want, last+1, last+2)
				j = open(t, atEnd(files.After(faultfs.Kill(), 1)))
				if diff := cmp.Diff(want, drain(t, j.Consumer("late").NewReader()).seqs); diff != "" {
					t.Fatal(diff)
				}
				files = files.After(faultfs.Kill(), 1)
				j = open(t, atEnd(files))
			}
		})
	}
}

// Whenever the process dies, and whatever that loses, a consumer that began at the end is offered every record that was
// appended since a process with it had the journal open.
func TestCrashOfANewConsumerAtTheEnd(t *testing.T) {
	for at := 0; ; at++ {
		files := faultfs.New()
		j := open(t, small(files))
		fill(t, j, 5, 20000)
		wantError(t, j.Checkpoint(3), nil)
		files = files.After(faultfs.Kill(), 1)
		files.CrashAt(at)
		written, synced := map[uint64]bool{}, map[uint64]bool{}
		if j, err := journal.Open(dir, atEnd(files)); err == nil {
			for i := range 4 {
				seq, err := j.Append(payload(fmt.Sprint(i), 20000))
				if err == nil {
					written[seq] = true
					synced[seq] = i%2 == 1 && j.WaitSynced(timely(t), seq) == nil
				}
			}
			_ = j.Checkpoint(7)
			_ = j.Close()
		} else if !files.Crashed() {
			t.Fatal(err)
		}
		for _, loss := range faultfs.Losses() {
			for seed := range uint64(3) {
				j := open(t, atEnd(files.After(loss, seed)))
				seen := map[uint64]bool{}
				for _, seq := range drain(t, j.Consumer("late").NewReader()).seqs {
					seen[seq] = true
				}
				kept := synced
				if loss.Name == faultfs.Kill().Name {
					kept = written
				}
				for seq, is := range kept {
					if is && !seen[seq] {
						t.Fatalf("killed at operation %d, %s: record %d is not offered, of %v", at, loss.Name, seq, seen)
					}
				}
				closeJournal(t, j)
			}
		}
		if !files.Crashed() {
			t.Logf("%d operations", at)
			return
		}
	}
}

// A place that cannot be noted keeps the journal shut: the next process would begin behind what this one appends.
func TestPlaceThatCannotBeNoted(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	fill(t, j, 5, 100)
	wantError(t, j.Checkpoint(3), nil)
	closeJournal(t, j)
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Sync && op.Name == checkpointPath {
			return &faultfs.Fault{Err: syscall.EIO}
		}
		return nil
	})
	if _, err := journal.Open(dir, atEnd(files)); !errors.Is(err, syscall.EIO) {
		t.Fatalf("opened: %v", err)
	}
	if n := files.OpenFiles(); n != 0 {
		t.Errorf("%d files are open", n)
	}
	files.SetHook(nil)
	j = open(t, atEnd(files))
	if n := j.Consumer("late").Stats().Backlog; n != 0 {
		t.Errorf("it begins with %d records", n)
	}
}

// A consumer that stays keeps its records although this process does not declare it, and its room is needed.
func TestConsumerThatStays(t *testing.T) {
	files := faultfs.New()
	j := open(t, with(files, "a"))
	fill(t, j, 30, 5000)
	done(t, j.Consumer("a"), 3)
	closeJournal(t, j)
	o := small(files)
	o.MaxBytes, o.Stays = 300_000, func(name string) bool { return name == "a" }
	j = open(t, o)
	var err error
	for seq := uint64(30); err == nil; seq, err = j.Append(payload("r", 5000)) {
		wantError(t, j.Checkpoint(seq), nil)
	}
	wantError(t, err, journal.ErrFull)
	if all := j.Consumers(); len(all) != 1 || all[0].CheckpointSeq != 3 {
		t.Errorf("%+v", all)
	}
	wantError(t, j.Drop("a"), nil)
	fill(t, j, 1, 5000)
}

// The age of what waits for a consumer is its own.
func TestAgeForAConsumer(t *testing.T) {
	files := faultfs.New()
	j := open(t, with(files, "a"))
	if age := j.Consumer("a").OldestAge(); age != 0 {
		t.Errorf("nothing waits, for %v", age)
	}
	fill(t, j, 5, 100)
	wantError(t, j.Checkpoint(5), nil)
	if st, age := j.Stats(), j.Consumer("a").OldestAge(); st.OldestAge != 0 || age <= 0 {
		t.Errorf("the first: %v, a: %v", st.OldestAge, age)
	}
	done(t, j.Consumer("a"), 5)
	if age := j.Consumer("a").OldestAge(); age != 0 {
		t.Errorf("nothing waits, for %v", age)
	}
}
