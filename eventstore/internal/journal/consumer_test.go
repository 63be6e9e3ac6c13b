// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// with are the options of a journal with consumers besides the first.
func with(files *faultfs.FS, consumers ...string) journal.Options {
	o := small(files)
	o.Consumers = consumers
	return o
}

// done says that a consumer has done everything up to seq.
func done(t testing.TB, c *journal.Consumer, seq uint64) {
	t.Helper()
	wantError(t, c.Settle(1, seq), nil)
	wantError(t, c.Commit(), nil)
}

// A segment is deleted when every consumer has passed it, whoever is the last.
func TestSegmentGoesWhenAllHavePassed(t *testing.T) {
	for _, order := range [][]string{{"", "a", "b"}, {"a", "b", ""}, {"b", "", "a"}} {
		files := faultfs.New()
		j := open(t, with(files, "a", "b"))
		fill(t, j, 30, 5000)
		rotate(t, j)
		before := j.Stats().Segments
		for i, name := range order {
			done(t, j.Consumer(name), 30)
			if n := j.Stats().Segments; n != before && i < 2 || i == 2 && n != 0 {
				t.Errorf("%q, %d have passed: %d segments of %d", order, i+1, n, before)
			}
		}
	}
}

func TestConsumersReadInTheirOwnTime(t *testing.T) {
	files := faultfs.New()
	j := open(t, with(files, "a"))
	fill(t, j, 20, 3000)
	first, a := j.NewReader(), j.Consumer("a")
	drain(t, first)
	wantError(t, j.Checkpoint(20), nil)
	fill(t, j, 5, 3000)
	r := a.NewReader()
	if diff := cmp.Diff(span(1, 25), drain(t, r).seqs); diff != "" {
		t.Fatal(diff)
	}
	done(t, a, 7)
	want := journal.ConsumerStats{Name: "a", Declared: true, CheckpointSeq: 7, Backlog: 18}
	if diff := cmp.Diff(want, a.Stats()); diff != "" {
		t.Error(diff)
	}
	if st := j.Stats(); st.Backlog != 5 || st.CheckpointSeq != 20 {
		t.Errorf("the first consumer: %+v", st)
	}
	closeJournal(t, j)
	wantError(t, a.Settle(8, 8), journal.ErrClosed)
	if _, _, err := r.TryNext(); !errors.Is(err, journal.ErrClosed) {
		t.Errorf("reader: %v", err)
	}
	j = open(t, with(files, "a"))
	if diff := cmp.Diff(span(8, 25), drain(t, j.Consumer("a").NewReader()).seqs); diff != "" {
		t.Error(diff)
	}
	if rec := j.Recovery(); rec.Recovered != 5 || rec.Lost != 0 {
		t.Errorf("%+v", rec)
	}
}

// An append wakes the readers of all consumers.
func TestAppendWakesEveryReader(t *testing.T) {
	j := open(t, with(faultfs.New(), "a", "b"))
	got := make(chan error, 3)
	for _, name := range []string{"", "a", "b"} {
		r := j.Consumer(name).NewReader()
		go func() {
			_, err := r.Next(timely(t))
			got <- err
		}()
	}
	fill(t, j, 1, 10)
	for range 3 {
		wantError(t, <-got, nil)
	}
}

// A consumer that is new begins where the first one is.
func TestNewConsumer(t *testing.T) {
	tests := []struct {
		name   string
		before func(t *testing.T, files *faultfs.FS)
		want   []uint64
	}{
		{"of an empty journal", func(*testing.T, *faultfs.FS) {}, nil},
		{"of a journal of which nothing is done", func(t *testing.T, files *faultfs.FS) {
			fill(t, open(t, small(files)), 5, 100)
		}, span(1, 5)},
		{"of one of which a part is done", func(t *testing.T, files *faultfs.FS) {
			j := open(t, small(files))
			fill(t, j, 5, 100)
			wantError(t, j.Checkpoint(3), nil)
		}, span(4, 5)},
		{"of one whose checkpoint is gone", func(t *testing.T, files *faultfs.FS) {
			j := open(t, small(files))
			fill(t, j, 5, 100)
			wantError(t, j.Checkpoint(3), nil)
			closeJournal(t, j)
			files.Put(checkpointPath, nil)
		}, span(1, 5)},
		{"of one of version 1", func(_ *testing.T, files *faultfs.FS) {
			for name, data := range goldens() {
				if path, ok := strings.CutPrefix(name, "v1/whole/"); ok {
					files.Put(filepath.Join(dir, path), data)
				}
			}
		}, span(2, 5)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			tt.before(t, files)
			files = files.After(faultfs.Kill(), 1)
			j := open(t, with(files, "a"))
			if diff := cmp.Diff(tt.want, drain(t, j.Consumer("a").NewReader()).seqs); diff != "" {
				t.Fatal(diff)
			}
			// What the first one does from now on, it does not do for the new one, whose own checkpoint was never written.
			last := j.Stats().LastSeq
			fill(t, j, 2, 100)
			wantError(t, j.Checkpoint(last+2), nil)
			j = open(t, with(files.After(faultfs.Kill(), 1), "a"))
			if diff := cmp.Diff(append(tt.want, last+1, last+2), drain(t, j.Consumer("a").NewReader()).seqs); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A consumer that is not declared has its records kept, until it is dropped or their room is needed.
func TestConsumerThatIsNoMore(t *testing.T) {
	begin := func(t *testing.T) (*journal.Journal, *[]error) {
		files := faultfs.New()
		j := open(t, with(files, "a"))
		fill(t, j, 30, 5000)
		done(t, j.Consumer("a"), 3)
		closeJournal(t, j)
		var told []error
		o := small(files)
		o.MaxBytes, o.OnError = 300_000, func(err error) { told = append(told, err) }
		j = open(t, o)
		wantError(t, j.Checkpoint(30), nil)
		want := []journal.ConsumerStats{{Name: "a", CheckpointSeq: 3, Backlog: 27}}
		if diff := cmp.Diff(want, j.Consumers()); diff != "" {
			t.Fatal(diff)
		}
		if j.Consumer("a") != nil {
			t.Fatal("it can be used, and was not declared")
		}
		if n := j.Stats().Segments; n < 4 {
			t.Fatalf("%d segments", n)
		}
		return j, &told
	}
	t.Run("is declared again", func(t *testing.T) {
		j, _ := begin(t)
		fill(t, j, 1, 10)
		wantError(t, j.Checkpoint(31), nil)
		closeJournal(t, j)
	})
	t.Run("is dropped", func(t *testing.T) {
		j, _ := begin(t)
		wantError(t, j.Drop("a"), nil)
		if j.Consumers() != nil || j.Stats().Segments > 0 {
			t.Errorf("%+v, %d segments", j.Consumers(), j.Stats().Segments)
		}
		if err := j.Drop("b"); err == nil {
			t.Error("dropped one that never was")
		}
	})
	t.Run("is in the way", func(t *testing.T) {
		j, told := begin(t)
		for range 100 {
			seq, err := j.Append(payload("r", 5000))
			if errors.Is(err, journal.ErrFull) {
				wantError(t, j.WaitSpace(timely(t)), nil)
				break
			}
			wantError(t, err, nil)
			wantError(t, j.Checkpoint(seq), nil)
		}
		fill(t, j, 1, 5000)
		closeJournal(t, j)
		if j.Consumers() != nil || len(*told) != 1 || !strings.Contains((*told)[0].Error(), "consumer a is given up") {
			t.Errorf("%+v; told %v", j.Consumers(), *told)
		}
	})
}

// A consumer that is declared keeps its records even when that fills the journal.
func TestDeclaredConsumerIsNotGivenUp(t *testing.T) {
	files := faultfs.New()
	o := with(files, "a")
	o.MaxBytes = 300_000
	j := open(t, o)
	var err error
	last := uint64(0)
	for seq := uint64(0); err == nil; seq, err = j.Append(payload("r", 5000)) {
		last = max(last, seq)
		wantError(t, j.Checkpoint(seq), nil)
	}
	wantError(t, err, journal.ErrFull)
	if diff := cmp.Diff(span(1, last), drain(t, j.Consumer("a").NewReader()).seqs); diff != "" {
		t.Error(diff)
	}
	done(t, j.Consumer("a"), last)
	wantError(t, j.WaitSpace(timely(t)), nil)
	if err := j.Drop("a"); err == nil {
		t.Error("dropped one that is in use")
	}
}

func TestClearWaitsForEveryConsumer(t *testing.T) {
	j := open(t, with(faultfs.New(), "a"))
	fill(t, j, 30, 5000)
	last := rotate(t, j)
	wantError(t, j.Checkpoint(last), nil)
	if err := j.Clear(last); err == nil || !strings.Contains(err.Error(), "consumer a") {
		t.Fatalf("cleared what a consumer needs: %v", err)
	}
	done(t, j.Consumer("a"), last)
	wantError(t, j.Clear(last), nil)
}

// Damage is lost for a consumer that had not done it, and for no other.
func TestDamageCountsForWhomItMatters(t *testing.T) {
	files := faultfs.New()
	o := with(files, "a", "b")
	o.SegmentBytes = 2 * block
	j := open(t, o)
	fill(t, j, 30, 5000)
	wantError(t, j.Checkpoint(10), nil)
	done(t, j.Consumer("a"), 2)
	done(t, j.Consumer("b"), 20)
	closeJournal(t, j)
	flip(files, 1, 3*5023+500) // costs the records 4 to 7
	flip(files, 2, 48+4)       // costs the records 14 to 20
	j = open(t, o)
	for name, want := range map[string][]uint64{
		"": join(span(11, 13), span(21, 30)), "a": join(span(3, 3), span(8, 13), span(21, 30)), "b": span(21, 30),
	} {
		c := j.Consumer(name)
		st := c.Stats()
		if diff := cmp.Diff(want, drain(t, c.NewReader()).seqs); diff != "" {
			t.Errorf("consumer %q: %s", name, diff)
		}
		if lost := map[string]uint64{"": 7, "a": 11, "b": 0}[name]; st.Lost != lost || c.Stats().Lost != lost {
			t.Errorf("consumer %q: %+v before and %+v after reading, want %d lost", name, st, c.Stats(), lost)
		}
	}
	if rec := j.Recovery(); rec.Recovered != 20 || rec.Lost != 7 {
		t.Errorf("%+v", rec)
	}
	found, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
	wantError(t, err, nil)
	// Behind a's place 17 of the records can be read, behind b's 10.
	a, b := found.Consumers[0], found.Consumers[1]
	if found.Recovery.Lost != 7 || a.Checkpoint != 2 || a.Bytes != 17*5000 || b.Checkpoint != 20 || b.Bytes != 10*5000 || a.Oldest == 0 || b.Oldest <= a.Oldest {
		t.Errorf("inspected %+v", found)
	}
}

func TestConsumerNames(t *testing.T) {
	long := strings.Repeat("n", format.MaxConsumerName)
	var many []string
	for i := range format.MaxConsumers {
		many = append(many, fmt.Sprintf("c%d", i))
	}
	tests := []struct {
		name string
		list []string
		want string // in the error; empty for none
	}{
		{"good ones", []string{"a", "sketches.users-2_x", long}, ""},
		{"none", []string{""}, `consumer ""`},
		{"upper case", []string{"Sketches"}, `consumer "Sketches"`},
		{"begins with a digit", []string{"1a"}, `consumer "1a"`},
		{"too long", []string{long + "n"}, "1 to 63"},
		{"a space", []string{"a b"}, `consumer "a b"`},
		{"twice", []string{"a", "b", "a"}, "named twice"},
		{"too many", many, "at most 39"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			j, err := journal.Open(dir, with(files, tt.list...))
			if err == nil {
				closeJournal(t, j)
			}
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// A program of version 1 refuses a directory from its first segment on, with or without consumers.
func TestVersion1RefusesNewJournals(t *testing.T) {
	for _, consumers := range [][]string{nil, {"a"}} {
		files := faultfs.New()
		j := open(t, with(files, consumers...))
		fill(t, j, 1, 100)
		if _, _, err := journal.ReadByVersion1(files, checkpointPath); !errors.Is(err, format.ErrVersion) {
			t.Errorf("%q: before anything is done: %v", consumers, err)
		}
		for seq := uint64(1); seq < 6; seq++ {
			wantError(t, j.Checkpoint(seq), nil)
			if _, _, err := journal.ReadByVersion1(files, checkpointPath); !errors.Is(err, format.ErrVersion) {
				t.Errorf("%q: %d are done: %v", consumers, seq, err)
			}
			fill(t, j, 1, 100)
		}
	}
}
