// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

const dir = "data"

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files")
	goleak.VerifyTestMain(m)
}

// small are options with which a few records make several segments, and in
// which nothing is fsynced unless somebody asks.
func small(files journal.FS) journal.Options {
	return journal.Options{FS: files, SegmentBytes: format.BlockBytes, MaxBytes: 1 << 20, SyncInterval: time.Hour}
}

// tailBytes is the size of the tail.
const tailBytes = format.TailBytes

// large are options with which a segment holds several tails.
func large(files journal.FS) journal.Options {
	o := small(files)
	o.SegmentBytes, o.MaxBytes = 8*format.BlockBytes, 8<<20
	return o
}

func open(t testing.TB, o journal.Options) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func closeJournal(t testing.TB, j *journal.Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// payload is n bytes that name the record.
func payload(name string, n int) []byte {
	p := bytes.Repeat([]byte(name+"|"), n/(len(name)+1)+1)
	return p[:n]
}

// fill appends records of n bytes each.
func fill(t testing.TB, j *journal.Journal, count, n int) {
	t.Helper()
	for range count {
		next := j.Stats().LastSeq + 1
		seq, err := j.Append(payload(fmt.Sprintf("r%d", next), n))
		if err != nil || seq != next {
			t.Fatalf("Append: %d, %v, want %d", seq, err, next)
		}
	}
}

type read struct {
	seqs     []uint64
	payloads [][]byte
	lost     uint64
}

// drain reads what there is.
func drain(t testing.TB, r *journal.Reader) read {
	t.Helper()
	var got read
	for {
		e, ok, err := r.TryNext()
		if err != nil {
			t.Fatalf("TryNext: %v", err)
		}
		if !ok {
			return got
		}
		got.seqs = append(got.seqs, e.Seq)
		got.payloads = append(got.payloads, bytes.Clone(e.Payload))
		got.lost += e.Lost
	}
}

// span lists the numbers from first to last.
func span(first, last uint64) []uint64 {
	var s []uint64
	for ; first <= last; first++ {
		s = append(s, first)
	}
	return s
}

// timely is a context that ends a test that hangs.
func timely(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func rotate(t testing.TB, j *journal.Journal) uint64 {
	t.Helper()
	seq, err := j.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func waitSynced(t testing.TB, j *journal.Journal, seq uint64) {
	t.Helper()
	if err := j.WaitSynced(timely(t), seq); err != nil {
		t.Fatalf("WaitSynced(%d): %v", seq, err)
	}
}

// faults is a hook that can be changed while a journal runs.
type faults struct {
	mu   sync.Mutex
	fail map[faultfs.Kind]*faultfs.Fault
}

func (f *faults) set(kind faultfs.Kind, fault *faultfs.Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail == nil {
		f.fail = map[faultfs.Kind]*faultfs.Fault{}
	}
	f.fail[kind] = fault
}

func (f *faults) get(kind faultfs.Kind) *faultfs.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail[kind]
}

func (f *faults) hook(op faultfs.Op) *faultfs.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail[op.Kind]
}

func newFaults(files *faultfs.FS) *faults {
	f := &faults{}
	files.SetHook(f.hook)
	return f
}

func wantError(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}
