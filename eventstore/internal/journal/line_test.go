// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// inLine is what became of appends that waited while another one wrote.
type inLine struct {
	mu     sync.Mutex
	seqs   map[uint64]string // of those that were accepted
	errs   []error
	writes []int // sizes, that of the first one's among them
}

// appendInLine has one append write, and others come meanwhile, each of n bytes. fault decides about the writes that follow
// the first. It returns when all have.
func appendInLine(t *testing.T, o journal.Options, files *faultfs.FS, others, n int, fault func(write int) *faultfs.Fault) (*journal.Journal, *inLine) {
	t.Helper()
	j := open(t, o)
	got := &inLine{seqs: map[uint64]string{}}
	gathered := make(chan struct{})
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind != faultfs.Write || op.Name == dir+"/checkpoint" {
			return nil
		}
		if got.writes = append(got.writes, op.Len); len(got.writes) == 1 {
			<-gathered
			return nil
		}
		return fault(len(got.writes))
	})
	var group sync.WaitGroup
	for i := range others + 1 {
		name := fmt.Sprintf("a%d", i)
		group.Go(func() {
			seq, err := j.Append(payload(name, n))
			got.mu.Lock()
			defer got.mu.Unlock()
			switch {
			case err != nil:
				got.errs = append(got.errs, err)
			case got.seqs[seq] != "":
				t.Errorf("%s and %s have the sequence number %d", name, got.seqs[seq], seq)
			default:
				got.seqs[seq] = name
			}
		})
	}
	for ctx := timely(t); j.Waiting() < others; runtime.Gosched() {
		if ctx.Err() != nil {
			t.Fatalf("%d appends wait, want %d", j.Waiting(), others)
		}
	}
	close(gathered)
	group.Wait()
	files.SetHook(nil)
	return j, got
}

// holds compares what was accepted with what the journal delivers, now and after it was opened again.
func (g *inLine) holds(t *testing.T, j *journal.Journal, o journal.Options) {
	t.Helper()
	check := func(r *journal.Reader) {
		t.Helper()
		got := drain(t, r)
		if diff := cmp.Diff(span(1, uint64(len(g.seqs))), got.seqs); diff != "" || got.lost != 0 {
			t.Fatalf("lost %d: %s", got.lost, diff)
		}
		for i, seq := range got.seqs {
			if !bytes.HasPrefix(got.payloads[i], []byte(g.seqs[seq]+"|")) {
				t.Errorf("record %d is %.10q, want that of %s", seq, got.payloads[i], g.seqs[seq])
			}
		}
	}
	check(j.NewReader())
	closeJournal(t, j)
	check(open(t, o).NewReader())
}

func none(int) *faultfs.Fault { return nil }

// One write takes all who waited.
func TestLineIsWrittenAtOnce(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	j, got := appendInLine(t, o, files, 20, 100, none)
	if len(got.writes) != 2 || len(got.errs) != 0 {
		t.Errorf("writes of %v bytes, errors %v", got.writes, got.errs)
	}
	got.holds(t, j, o)
}

// A line that does not fit into a segment goes on in the next.
func TestLineAcrossSegments(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	j, got := appendInLine(t, o, files, 10, 8000, none)
	if n := j.Stats().Segments; n < 3 || len(got.writes) != n+1 || len(got.errs) != 0 {
		t.Errorf("%d segments, writes of %v bytes, errors %v", n, got.writes, got.errs)
	}
	got.holds(t, j, o)
}

// A write that fails in its midst accepts those that it wrote whole, and refuses the others.
func TestFailedWriteOfLine(t *testing.T) {
	for _, tt := range []struct {
		name       string
		n, failing int
		bytes      int
		accepted   int // with the first
	}{
		{"nothing written", 100, 2, 0, 1},
		{"three and a half", 100, 2, 3*(100+23) + 60, 4},
		{"in the second segment", 8000, 3, 8000 + 200, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			o := small(files)
			j, got := appendInLine(t, o, files, 9, tt.n, func(write int) *faultfs.Fault {
				if write == tt.failing {
					return &faultfs.Fault{Err: syscall.EIO, Bytes: tt.bytes}
				}
				return nil
			})
			for _, err := range got.errs {
				if !errors.Is(err, syscall.EIO) {
					t.Errorf("error %v", err)
				}
			}
			if tt.name != "in the second segment" && len(got.seqs) != tt.accepted || len(got.errs)+len(got.seqs) != 10 || len(got.errs) == 0 {
				t.Errorf("%d accepted, %d refused, writes of %v bytes", len(got.seqs), len(got.errs), got.writes)
			}
			fill(t, j, 1, 100)
			got.seqs[uint64(len(got.seqs)+1)] = fmt.Sprintf("r%d", len(got.seqs)+1)
			got.holds(t, j, o)
		})
	}
}

// At the bound those that do not fit are refused, and nothing else.
func TestLineInFullJournal(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	o.MaxBytes = 2 * format.BlockBytes
	j, got := appendInLine(t, o, files, 20, 8000, none)
	for _, err := range got.errs {
		wantError(t, err, journal.ErrFull)
	}
	if len(got.errs) == 0 || len(got.seqs) < 6 || len(got.errs)+len(got.seqs) != 21 {
		t.Errorf("%d accepted, %d refused", len(got.seqs), len(got.errs))
	}
	got.holds(t, j, o)
}

// Close refuses those who wait.
func TestLineOfClosedJournal(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	j := open(t, o)
	closeJournal(t, j)
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if _, err := j.Append([]byte("x")); !errors.Is(err, journal.ErrClosed) {
				t.Errorf("error %v", err)
			}
		})
	}
	group.Wait()
}

// Leaders change, and nobody is forgotten: as many appends as there are, from many goroutines.
func TestLineForgetsNobody(t *testing.T) {
	files := faultfs.New()
	o := small(files)
	o.MaxBytes = 64 << 20
	j := open(t, o)
	const goroutines, each = 64, 200
	got := &inLine{seqs: map[uint64]string{}}
	var group sync.WaitGroup
	for g := range goroutines {
		group.Go(func() {
			for i := range each {
				name := fmt.Sprintf("g%d.%d", g, i)
				seq, err := j.Append(payload(name, 50+i))
				if err != nil {
					t.Error(err)
					return
				}
				got.mu.Lock()
				got.seqs[seq] = name
				got.mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(got.seqs) != goroutines*each {
		t.Fatalf("%d sequence numbers for %d appends", len(got.seqs), goroutines*each)
	}
	got.holds(t, j, o)
}
