// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// onSegments makes a fault that meets the segments alone.
func onSegments(kind faultfs.Kind, fault faultfs.Fault) faultfs.Hook {
	return func(op faultfs.Op) *faultfs.Fault {
		if _, ok := format.ParseSegmentName(filepath.Base(op.Name)); ok && op.Kind == kind {
			return &fault
		}
		return nil
	}
}

// onTail makes one that meets the tail alone.
func onTail(kind faultfs.Kind, fault faultfs.Fault) faultfs.Hook {
	return func(op faultfs.Op) *faultfs.Fault {
		if op.Name == tailPath && op.Kind == kind {
			return &fault
		}
		return nil
	}
}

// A segment that cannot be written to: the tail takes what it has room for, then appends are refused; what was
// accepted is neither lost nor changed, and goes where it belongs when that is possible again.
func TestTailThatCannotBeWritten(t *testing.T) {
	eio := faultfs.Fault{Err: syscall.EIO, Bytes: 700}
	for name, hook := range map[string]faultfs.Hook{
		"writes fail": onSegments(faultfs.Write, eio),
		"writes and truncates fail": func(op faultfs.Op) *faultfs.Fault {
			if f := onSegments(faultfs.Write, eio)(op); f != nil {
				return f
			}
			return onSegments(faultfs.Truncate, eio)(op)
		},
		"nothing is written, and truncates fail": func(op faultfs.Op) *faultfs.Fault {
			if f := onSegments(faultfs.Write, faultfs.Fault{Err: syscall.EIO})(op); f != nil {
				return f
			}
			return onSegments(faultfs.Truncate, eio)(op)
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := faultfs.New()
			o := large(files)
			var mu sync.Mutex
			var reported []error
			o.OnError = func(err error) { mu.Lock(); reported = append(reported, err); mu.Unlock() }
			j := open(t, o)
			fill(t, j, 2, 1000)
			files.SetHook(hook)
			last := uint64(2)
			for {
				next := j.Stats().LastSeq + 1
				seq, err := j.Append(payload(fmt.Sprintf("r%d", next), 1000))
				if err != nil {
					wantError(t, err, syscall.EIO)
					break
				}
				last = seq
			}
			if last < 50 {
				t.Fatalf("only %d were accepted", last)
			}
			for range 2 {
				_, err := j.Append(payload("refused", 1000))
				wantError(t, err, syscall.EIO)
				_, _, err = j.AppendBatch([][][]byte{{payload("refused", 1000)}})
				wantError(t, err, syscall.EIO)
				_, err = j.Rotate()
				wantError(t, err, syscall.EIO)
				wantError(t, j.WaitSynced(timely(t), last), syscall.EIO)
			}
			if names := files.Names(dir); strings.HasPrefix(name, "nothing") && len(names) > 3 {
				t.Errorf("files %v, want a segment, the checkpoint and the tail", names)
			}
			mu.Lock()
			if len(reported) == 0 || len(reported) > 4 {
				t.Errorf("reported %v", reported)
			}
			mu.Unlock()
			_, next := killed(t, files)
			if rec := next.Recovery(); rec.Recovered != last || rec.Lost != 0 {
				t.Fatalf("after a kill: %+v", rec)
			}
			wantFilled(t, next.NewReader(), 1, last, 1000)

			files.SetHook(nil)
			waitSynced(t, j, last)
			fill(t, j, 5, 1000)
			wantFilled(t, j.NewReader(), 1, last+5, 1000)
			closeJournal(t, j)
			wantFilled(t, open(t, large(files)).NewReader(), 1, last+5, 1000)
		})
	}
}

// Close says that the tail is in no segment, and leaves it to the next process.
func TestCloseWithATailThatCannotBeWritten(t *testing.T) {
	files := faultfs.New()
	o := large(files)
	o.OnError = func(err error) { t.Errorf("reported %v, which Close says", err) }
	j := open(t, o)
	fill(t, j, 20, 1000)
	files.SetHook(onSegments(faultfs.Write, faultfs.Fault{Err: syscall.EIO}))
	wantError(t, j.Close(), syscall.EIO)
	files.SetHook(nil)
	if open := files.OpenFiles(); open != 0 {
		t.Errorf("%d files are open", open)
	}
	again := open(t, large(files))
	wantFilled(t, again.NewReader(), 1, 20, 1000)
	closeJournal(t, again)
}

// A disk that others fill up: there is room for whatever was accepted, and the next process opens and delivers.
func TestTailOnAFullDisk(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 20, 1000)
	files.SetSpace(0)
	waitSynced(t, j, 20)
	fill(t, j, 20, 1000)
	_, next := killed(t, files)
	_ = next.Close()

	left := files.After(faultfs.Kill(), 0)
	left.SetSpace(0)
	full := open(t, large(left))
	if rec := full.Recovery(); rec.Recovered != 40 || rec.Lost != 0 {
		t.Fatalf("%+v", rec)
	}
	wantFilled(t, full.NewReader(), 1, 40, 1000) // the last ones from memory
	wantError(t, full.WaitSynced(timely(t), 40), syscall.ENOSPC)
	left.SetSpace(-1)
	waitSynced(t, full, 40)
	wantFilled(t, full.NewReader(), 1, 40, 1000)
}

// A page that is gone while there are records in the tail: they are in memory too.
func TestTailThatBreaks(t *testing.T) {
	for _, fault := range []faultfs.Fault{{Err: syscall.EIO}, {Err: syscall.EIO, Bytes: 500}, {Err: syscall.EIO, Lie: true}} {
		files := faultfs.New()
		o := large(files)
		reported := make(chan error, 100)
		o.OnError = func(err error) { reported <- err }
		j := open(t, o)
		fill(t, j, 20, 1000)
		files.SetHook(onTail(faultfs.Write, fault))
		fill(t, j, 20, 1000)
		waitSynced(t, j, 40)
		wantError(t, <-reported, syscall.EIO)
		_, next := killed(t, files)
		if rec := next.Recovery(); rec.Recovered != 40 || rec.Lost != 0 || len(rec.Damage) != 0 {
			t.Fatalf("%+v", rec)
		}
		wantFilled(t, next.NewReader(), 1, 40, 1000)
		wantFilled(t, j.NewReader(), 1, 40, 1000)
		closeJournal(t, j)
		if names := files.Names(dir); len(names) != 2 { // a segment and the checkpoint
			t.Errorf("files %v", names)
		}
	}
}

// parked waits until so many goroutines are in a function and do what goroutines do in that state.
func parked(n int, function, state string) {
	buf := make([]byte, 1<<20)
	for {
		found := 0
		for stack := range bytes.SplitSeq(buf[:runtime.Stack(buf, true)], []byte("\n\n")) {
			head, _, _ := bytes.Cut(stack, []byte("\n"))
			if bytes.Contains(head, []byte(state)) && bytes.Contains(stack, []byte(function)) {
				found++
			}
		}
		if found >= n {
			return
		}
		runtime.Gosched()
	}
}

// Appends that are on their way to a tail that breaks take the other way: nothing goes to a file that was removed.
func TestNothingGoesToABrokenTail(t *testing.T) {
	const together = 8
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 20, 1000)
	var group sync.WaitGroup
	broken := false
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if broken || op.Name != tailPath || op.Kind != faultfs.Write {
			return nil
		}
		broken = true
		for range together {
			group.Go(func() {
				if _, err := j.Append(payload("together", 1000)); err != nil {
					t.Error(err)
				}
			})
		}
		parked(together, "appendToTail", "sync.Mutex.Lock")
		return &faultfs.Fault{Err: syscall.EIO}
	})
	if _, err := j.Append(payload("breaks it", 1000)); err != nil {
		t.Error(err)
	}
	group.Wait()
	_, next := killed(t, files)
	if rec := next.Recovery(); rec.Recovered != 21+together || rec.Lost != 0 {
		t.Errorf("got %d and %d lost, want the %d that were accepted", rec.Recovered, rec.Lost, 21+together)
	}
}
