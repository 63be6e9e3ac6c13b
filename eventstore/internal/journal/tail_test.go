// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
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

// What was acknowledged is in no segment, survives the process, and is in a segment by the next one's first fsync.
func TestTailOutlivesTheProcess(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 1, 500) // begins the segment
	size := len(files.Get(segmentPath(1)))
	fill(t, j, 50, 500)
	if now := len(files.Get(segmentPath(1))); now != size {
		t.Fatalf("the segment grew by %d bytes", now-size)
	}
	left, next := killed(t, files)
	if rec := next.Recovery(); rec.Recovered != 51 || rec.Lost != 0 || rec.TornBytes != 0 || len(rec.Damage)+len(rec.Foreign) != 0 {
		t.Fatalf("%+v", rec)
	}
	waitSynced(t, next, 51)
	if left.Get(tailPath) != nil {
		t.Error("the tail is there, and all of it is in a segment")
	}
	fill(t, next, 3, 500)
	wantFilled(t, next.NewReader(), 1, 54, 500)
	closeJournal(t, next)
	if left.Get(tailPath) != nil {
		t.Error("the tail is there after Close")
	}
	wantFilled(t, open(t, large(left.After(faultfs.Strict(), 0))).NewReader(), 1, 54, 500)
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

// A segment that cannot be written to: the tail takes what it has room for, then appends are refused; what was
// accepted is neither lost nor changed, and goes where it belongs when that is possible again.
func TestTailThatCannotBeWritten(t *testing.T) {
	eio := faultfs.Fault{Err: syscall.EIO, Bytes: 3000}
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
			if last < 60 {
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
	r := full.NewReader()
	for range 20 {
		if _, ok, err := r.TryNext(); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	_, _, err := r.TryNext()
	wantError(t, err, syscall.ENOSPC)
	left.SetSpace(-1)
	wantFilled(t, r, 21, 40, 1000)
	waitSynced(t, full, 40)
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

// tailOf makes a tail with records of 300 bytes.
func tailOf(first, last uint64) []byte {
	data := format.AppendSegmentHeader(nil, format.SegmentHeader{FirstSeq: first, Created: 1})
	for seq := first; seq <= last; seq++ {
		data = format.AppendRecord(data, 0, int64(len(data)), seq, int64(seq), payload(fmt.Sprintf("r%d", seq), 300))
	}
	return append(data, make([]byte, tailBytes-len(data))...)
}

// Tails that a loss of power, a backup or an accident can leave beside segments with the records 1 to 20.
func TestLeftTails(t *testing.T) {
	later := later(tailOf(21, 25)[:44])
	tests := []struct {
		name   string
		tail   []byte
		change func(*faultfs.FS)
		want   []uint64
		lost   uint64
	}{
		{"goes on", tailOf(21, 25), nil, span(1, 25), 0},
		{"is in the segments", tailOf(11, 20), nil, span(1, 20), 0},
		{"is in the segments in part", tailOf(11, 25), nil, span(1, 25), 0},
		{"goes on later", tailOf(24, 25), nil, join(span(1, 20), span(24, 25)), 3},
		{"is older than what is gone", tailOf(3, 4), func(f *faultfs.FS) { f.Put(segmentPath(1), nil) }, span(3, 4), 18},
		{"is all there is", tailOf(100, 105), func(f *faultfs.FS) {
			f.Put(segmentPath(1), nil)
			f.Put(filepath.Join(dir, "checkpoint"), nil)
		}, span(100, 105), 0},
		{"replaces what was damaged", tailOf(18, 19), func(f *faultfs.FS) {
			edit(f, segmentPath(1), func(b []byte) []byte { return b[:len(b)-700] })
		}, span(1, 19), 1},
		{"is cut off", tailOf(21, 25)[:48+2*323+100], nil, span(1, 22), 0},
		{"is not finished", tailOf(21, 25)[:40], nil, span(1, 20), 0},
		{"is empty", []byte{}, nil, span(1, 20), 0},
		{"is zeros", make([]byte, tailBytes), nil, span(1, 20), 0},
		{"is something else", payload("else", tailBytes), nil, span(1, 20), 0},
		{"is longer", append(tailOf(21, 25), payload("else", 1<<20)...), nil, span(1, 25), 0},
		{"has an older lap behind it", append(tailOf(21, 22)[:48+2*323], tailOf(1, 100)[48+2*323:tailBytes]...), nil, span(1, 22), 0},
		{"is of a later version", later, nil, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			j := open(t, large(files))
			fill(t, j, 20, 300)
			closeJournal(t, j)
			files.Put(tailPath, tt.tail)
			if tt.change != nil {
				tt.change(files)
			}
			inspected, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
			if bytes.Equal(tt.tail, later) {
				wantError(t, err, journal.ErrVersion)
				wantError(t, journal.Walk(dir, files, nil), journal.ErrVersion)
				_, err = journal.Open(dir, large(files))
				wantError(t, err, journal.ErrVersion)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var walked []uint64
			if err := journal.Walk(dir, files, func(e journal.Entry) bool { walked = append(walked, e.Seq); return true }); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, walked); diff != "" {
				t.Errorf("walked: %s", diff)
			}
			for pass := range 2 { // the second time from the segments alone
				j = open(t, large(files))
				rec := j.Recovery()
				// What is lost at the front is counted by one process.
				if pass == 0 && rec.Lost != tt.lost || rec.Recovered-rec.Lost != uint64(len(tt.want)) || len(rec.Foreign) > 0 {
					t.Errorf("%+v", rec)
				}
				if inspected.Recovery.Lost != tt.lost || inspected.Backlog != uint64(len(tt.want)) || inspected.LastSeq != j.Stats().LastSeq {
					t.Errorf("inspected: %+v", inspected)
				}
				r := j.NewReader()
				got := drain(t, r)
				if diff := cmp.Diff(tt.want, got.seqs); diff != "" {
					t.Fatal(diff)
				}
				for i, p := range got.payloads {
					if !bytes.Equal(p, payload(fmt.Sprintf("r%d", got.seqs[i]), 300)) {
						t.Fatalf("record %d has another's content", got.seqs[i])
					}
				}
				waitSynced(t, j, j.Stats().LastSeq)
				closeJournal(t, j)
			}
			j = open(t, large(files))
			fill(t, j, 3, 300)
			if got := drain(t, j.NewReader()).seqs; len(got) != len(tt.want)+3 {
				t.Errorf("it does not go on: %v", got)
			}
			closeJournal(t, j)
			if files.Get(tailPath) != nil {
				t.Error("the tail is there after Close")
			}
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

// A tail that cannot be opened keeps the journal shut, as a segment that cannot: what lies in it may be all there is of
// records that were accepted.
func TestTailThatCannotBeOpened(t *testing.T) {
	for _, want := range []error{syscall.EMFILE, syscall.EACCES} {
		files := faultfs.New()
		fill(t, open(t, large(files)), 20, 1000)
		left := files.After(faultfs.Kill(), 0)
		left.SetHook(onTail(faultfs.Open, faultfs.Fault{Err: want}))
		_, err := journal.Open(dir, large(left))
		wantError(t, err, want)
		_, err = journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: left})
		wantError(t, err, want)
		wantError(t, journal.Walk(dir, left, func(journal.Entry) bool { return true }), want)
		left.SetHook(nil)
		wantFilled(t, open(t, large(left)).NewReader(), 1, 20, 1000)
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

// The tail of an earlier process is there until what lies in it is durable in a segment: it may be the only place on
// the disk.
func TestLeftTailStaysUntilItsRecordsAreDurable(t *testing.T) {
	files := faultfs.New()
	j := open(t, large(files))
	fill(t, j, 20, 1000)
	// The kernel has written the tail to the disk by now, and nobody asked for an fsync of the segment.
	files.Put(tailPath, files.Get(tailPath))
	left, next := killed(t, files)
	left.Put(tailPath, left.Get(tailPath))
	fill(t, next, 1, 1000)
	for seed := range uint64(20) {
		for _, loss := range faultfs.Losses() {
			after := open(t, large(left.After(loss, seed)))
			got := drain(t, after.NewReader()).seqs
			if n := len(got); n < 20 || got[19] != 20 {
				t.Fatalf("%s: got %v, want 1 to 20 at least", loss.Name, got)
			}
			closeJournal(t, after)
		}
	}
	waitSynced(t, next, 21)
	if left.Get(tailPath) != nil {
		t.Error("the tail is there, and all of it is durable")
	}
	fill(t, next, 20, 1000)
	wantFilled(t, next.NewReader(), 1, 41, 1000)
	closeJournal(t, next)
}

// A record that is lost behind the tail has Open write the tail at once. While that fails it stays shut, and leaves
// nothing open.
func TestOpenThatCannotWriteTheTail(t *testing.T) {
	for _, kind := range []faultfs.Kind{faultfs.Create, faultfs.Write} {
		files := faultfs.New()
		j := open(t, large(files))
		fill(t, j, 20, 300)
		closeJournal(t, j)
		files.Put(segmentPath(1), nil)
		files.Put(tailPath, tailOf(3, 4))
		files.SetHook(onSegments(kind, faultfs.Fault{Err: syscall.ENOSPC}))
		for range 3 {
			_, err := journal.Open(dir, large(files))
			wantError(t, err, syscall.ENOSPC)
		}
		if open := files.OpenFiles(); open != 0 {
			t.Errorf("%s: %d files are open", kind, open)
		}
		files.SetHook(nil)
		wantFilled(t, open(t, large(files)).NewReader(), 3, 4, 300)
	}
}
