// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// halting is a file system on which the next write of a half to a segment waits: before it happens, or when it has.
type halting struct {
	*faultfs.FS
	after   bool
	mu      sync.Mutex
	closed  bool          // the next one waits
	entered chan struct{} // closed when it does
	open    chan struct{} // closed to let it go on
}

func newHalting(after bool) *halting {
	return &halting{FS: faultfs.New(), after: after, entered: make(chan struct{}), open: make(chan struct{})}
}

func (g *halting) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// wait waits at the gate, once.
func (g *halting) wait() {
	g.mu.Lock()
	closed := g.closed
	g.closed = false
	g.mu.Unlock()
	if closed {
		close(g.entered)
		<-g.open
	}
}

func (g *halting) Create(name string) (filesystem.File, error) {
	f, err := g.FS.Create(name)
	if _, ok := format.ParseSegmentName(filepath.Base(name)); !ok || err != nil {
		return f, err
	}
	return haltingFile{f, g}, nil
}

type haltingFile struct {
	filesystem.File
	gate *halting
}

func (f haltingFile) WriteAt(p []byte, offset int64) (int, error) {
	if !f.gate.after {
		f.gate.wait()
	}
	n, err := f.File.WriteAt(p, offset)
	if f.gate.after {
		f.gate.wait()
	}
	return n, err
}

// accepted are the records that a journal accepted.
type accepted struct {
	mu      sync.Mutex
	named   int
	records map[uint64][]byte
}

func (a *accepted) append(t *testing.T, j *journal.Journal, n int) {
	a.mu.Lock()
	a.named++
	name := fmt.Sprint("a", a.named)
	a.mu.Unlock()
	p := payload(name, n)
	seq, err := j.Append(p)
	if err != nil {
		if !errors.Is(err, journal.ErrClosed) {
			t.Errorf("append: %v", err)
		}
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.records[seq] = p
}

func (a *accepted) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.records)
}

// wantIn opens a journal, and wants all of them in it, whole and in order.
func (a *accepted) wantIn(t *testing.T, files *faultfs.FS, when string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	j := open(t, large(files))
	defer j.Close()
	if rec := j.Recovery(); rec.Lost != 0 || len(rec.Damage) != 0 {
		t.Fatalf("%s: %+v", when, rec)
	}
	got := drain(t, j.NewReader())
	before, found := uint64(0), 0
	for i, seq := range got.seqs {
		if seq != before+1 {
			t.Fatalf("%s: record %d behind %d", when, seq, before)
		}
		before = seq
		if want, ok := a.records[seq]; ok && bytes.Equal(want, got.payloads[i]) {
			found++
		}
	}
	if found < len(a.records) {
		t.Fatalf("%s: %d of %d records that were accepted are there", when, found, len(a.records))
	}
}

// While a half is written, the other one takes records, and whatever needs the segments waits. However the write ends, and
// whenever the process dies, each record is there once and in order.
func TestWhileAHalfIsWritten(t *testing.T) {
	once := func(fault faultfs.Fault) faultfs.Hook {
		done := false
		return func(op faultfs.Op) *faultfs.Fault {
			if done || onSegments(faultfs.Write, fault)(op) == nil {
				return nil
			}
			done = true
			return &fault
		}
	}
	outcomes := map[string]func() faultfs.Hook{
		"is written":         func() faultfs.Hook { return nil },
		"fails":              func() faultfs.Hook { return once(faultfs.Fault{Err: syscall.EIO}) },
		"is written in part": func() faultfs.Hook { return once(faultfs.Fault{Err: syscall.EIO, Bytes: 5500}) },
		"fails but is whole": func() faultfs.Hook { return once(faultfs.Fault{Err: syscall.EIO, Lie: true}) },
		"ends in the segment": func() faultfs.Hook { // which cannot be truncated
			write, truncate := once(faultfs.Fault{Err: syscall.EIO, Bytes: 5500}), onSegments(faultfs.Truncate, faultfs.Fault{Err: syscall.EIO})
			return func(op faultfs.Op) *faultfs.Fault {
				if f := write(op); f != nil {
					return f
				}
				return truncate(op)
			}
		},
	}
	type env struct {
		*testing.T
		j    *journal.Journal
		kept *accepted
	}
	actions := map[string]func(env){
		"an append":         func(e env) { e.kept.append(e.T, e.j, 100) },
		"a large append":    func(e env) { e.kept.append(e.T, e.j, 40_000) },
		"appends of 16 KiB": func(e env) { e.kept.append(e.T, e.j, 16<<10); e.kept.append(e.T, e.j, 16<<10) },
		"a batch": func(e env) {
			first, n, err := e.j.AppendBatch([][][]byte{{payload("b1", 100)}, {payload("b2", 3000)}})
			if err != nil || n != 2 {
				e.Errorf("batch: %d, %v", n, err)
				return
			}
			e.kept.mu.Lock()
			defer e.kept.mu.Unlock()
			e.kept.records[first], e.kept.records[first+1] = payload("b1", 100), payload("b2", 3000)
		},
		"a rotation": func(e env) {
			if _, err := e.j.Rotate(); err != nil {
				e.Errorf("rotate: %v", err)
			}
		},
		"a sync pass": func(e env) {
			if err := e.j.WaitSynced(timely(e.T), e.j.Stats().LastSeq); err != nil {
				e.Errorf("sync: %v", err)
			}
		},
		"a reader": func(e env) {
			want := e.kept.count() // the others are appended beside it
			if got := drain(e.T, e.j.NewReader()); len(got.seqs) < want {
				e.Errorf("the reader has %d of the %d records that were accepted before it", len(got.seqs), want)
			}
		},
		"Close": func(e env) {
			if err := e.j.Close(); err != nil {
				e.Errorf("close: %v", err)
			}
		},
	}
	for name, do := range actions {
		for outcome, hook := range outcomes {
			for _, after := range []bool{false, true} {
				if after && outcome != "is written" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%v", name, outcome, after), func(t *testing.T) {
					g, kept := newHalting(after), &accepted{records: map[uint64][]byte{}}
					j := open(t, large(g))
					kept.append(t, j, 1000) // begins the segment
					g.shut()
					release := sync.OnceFunc(func() { close(g.open) })
					t.Cleanup(release) // before the journal is closed, when the test fails
					var group sync.WaitGroup
					group.Go(func() {
						for range 60 { // the last ones go to the other half
							kept.append(t, j, 1000)
						}
					})
					<-g.entered
					kept.append(t, j, 1000) // does not wait
					kept.append(t, j, 1000)
					kept.wantIn(t, g.After(faultfs.Kill(), 0), "while it is written")
					if name == "an append" { // which does not wait
						do(env{t, j, kept})
					} else {
						group.Go(func() { do(env{t, j, kept}) })
						parked(1, "journal.(*log)", "sync.Cond.Wait")
					}
					kept.wantIn(t, g.After(faultfs.Kill(), 0), "while somebody waits")
					g.SetHook(hook())
					release()
					group.Wait()
					kept.wantIn(t, g.After(faultfs.Kill(), 0), "afterwards")
					g.SetHook(nil)
					_ = j.Close()
					kept.wantIn(t, g.FS, "when it is closed")
				})
			}
		}
	}
}

// A segment that ends while a half is written to it, as damage was found there: what was in the half goes to another one.
func TestSegmentEndsWhileAHalfIsWritten(t *testing.T) {
	for _, after := range []bool{false, true} {
		g, kept := newHalting(after), &accepted{records: map[uint64][]byte{}}
		j := open(t, large(g))
		for range 20 {
			kept.append(t, j, 1000)
		}
		waitSynced(t, j, 20)
		edit(g.FS, segmentPath(1), func(b []byte) []byte { b[5000] ^= 1; return b })
		g.shut()
		var group sync.WaitGroup
		group.Go(func() {
			for range 60 {
				kept.append(t, j, 1000)
			}
		})
		<-g.entered
		r := j.NewReader()
		var got read
		group.Go(func() { got = drain(t, r) })
		parked(1, "journal.(*log)", "sync.Cond.Wait")
		close(g.open)
		group.Wait()
		more := drain(t, r)
		got.seqs, got.payloads = append(got.seqs, more.seqs...), append(got.payloads, more.payloads...)
		want := join(span(1, 4), span(21, 80)) // the damage costs the rest of what was in its block
		if fmt.Sprint(got.seqs) != fmt.Sprint(want) {
			t.Fatalf("written %v: got %v, want %v", after, got.seqs, want)
		}
		for i, seq := range got.seqs {
			if !bytes.Equal(got.payloads[i], kept.records[seq]) {
				t.Fatalf("record %d has another's content", seq)
			}
		}
		closeJournal(t, j)
		again := open(t, large(g.FS))
		if rec := again.Recovery(); rec.Lost != 16 || rec.Recovered != 80 {
			t.Errorf("%+v", rec)
		}
		if seqs := drain(t, again.NewReader()).seqs; fmt.Sprint(seqs) != fmt.Sprint(want) {
			t.Errorf("the next process has %v, want %v", seqs, want)
		}
		closeJournal(t, again)
	}
}
