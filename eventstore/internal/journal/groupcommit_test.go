// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// slow is a file system whose fsyncs take a while.
type slow struct {
	journal.FS
	takes time.Duration
	syncs *atomic.Int64
}

func (s slow) Create(name string) (filesystem.File, error) {
	f, err := s.FS.Create(name)
	return slowFile{f, s}, err
}

type slowFile struct {
	filesystem.File
	fs slow
}

func (f slowFile) Sync() error {
	f.fs.syncs.Add(1)
	time.Sleep(f.fs.takes)
	return f.File.Sync()
}

// syncing has goroutines append and wait for their records to be synced, again and again. Each comes back after a while of
// its own. It returns how many fsyncs there were, and how long it took.
func syncing(t *testing.T, goroutines, each int, after func(g int) time.Duration) (syncs int64, took time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		files := slow{faultfs.New(), time.Millisecond, new(atomic.Int64)}
		j, err := journal.Open(dir, small(files))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var group sync.WaitGroup
		for g := range goroutines {
			group.Go(func() {
				for range each {
					time.Sleep(after(g))
					seq, err := j.Append([]byte("record"))
					if err == nil {
						err = j.WaitSynced(context.Background(), seq)
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		took, syncs = time.Since(began), files.syncs.Load()
		closeJournal(t, j)
	})
	return syncs, took
}

// Those who come back one after the other share an fsync. The first round has two: nobody is expected yet.
func TestWaitersShareAnFsync(t *testing.T) {
	const goroutines, each = 16, 20
	syncs, _ := syncing(t, goroutines, each, func(g int) time.Duration { return time.Duration(g) * 20 * time.Microsecond })
	if syncs > each+2 {
		t.Errorf("%d fsyncs for %d rounds", syncs, each)
	}
}

// Who waits alone waits for nobody else.
func TestLoneWaiterWaitsForNobody(t *testing.T) {
	const each = 50
	syncs, took := syncing(t, 1, each, func(int) time.Duration { return 0 })
	if syncs != each || took != each*time.Millisecond {
		t.Errorf("%d fsyncs, %v for %d of a millisecond each", syncs, took, each)
	}
}

// One who does not come back is waited for once, for as long as an fsync takes.
func TestMissingWaiterIsWaitedForOnce(t *testing.T) {
	const each = 50
	_, took := syncing(t, 2, each, func(g int) time.Duration { return time.Duration(g) * time.Hour })
	alone := 2*each*time.Millisecond + each*time.Hour
	if took > alone+time.Millisecond {
		t.Errorf("it took %v longer than without the other", took-alone)
	}
}
