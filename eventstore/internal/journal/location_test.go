// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// told collects what the owner of a journal hears.
type told struct {
	mu       sync.Mutex
	errs     []error
	restored int
}

func (o *told) options(files *faultfs.FS) journal.Options {
	opt := large(files)
	opt.SyncInterval = 100 * time.Millisecond
	opt.OnError = func(err error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.errs = append(o.errs, err)
	}
	opt.OnRestored = func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.restored++
	}
	return opt
}

// once makes sure that one error was told, and returns it.
func (o *told) once(t *testing.T) error {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.errs) != 1 {
		t.Fatalf("told %d times: %v", len(o.errs), o.errs)
	}
	return o.errs[0]
}

// What people do to a directory that is in use. Whatever it is, nothing is called durable, plain appends are refused
// after one sync pass, that is told once, the records that were accepted can be read, and nothing of what has the name by
// now is touched.
func TestDisplaced(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*faultfs.FS)
		undo func(*faultfs.FS) // nil: that cannot be undone
	}{
		{"the directory is removed", func(f *faultfs.FS) { f.RemoveDir(dir) }, nil},
		{"the directory is renamed", func(f *faultfs.FS) { f.RenameDir(dir, "away") }, func(f *faultfs.FS) { f.RenameDir("away", dir) }},
		{"the directory is replaced by an empty one", func(f *faultfs.FS) {
			f.RenameDir(dir, "away")
			f.MkdirAll(dir)
		}, func(f *faultfs.FS) {
			f.RemoveDir(dir)
			f.RenameDir("away", dir)
		}},
		{"the directory is replaced by a journal", func(f *faultfs.FS) {
			f.RenameDir(dir, "away")
			other, err := journal.Open(dir, large(f))
			if err != nil {
				panic(err)
			}
			if _, err := other.Append([]byte("other")); err != nil {
				panic(err)
			}
			_ = other.Close()
		}, func(f *faultfs.FS) {
			f.RemoveDir(dir)
			f.RenameDir("away", dir)
		}},
		{"the lock is removed", func(f *faultfs.FS) { f.RemoveLock(filepath.Join(dir, "lock")) }, nil},
		{"the lock is removed, and another process has it", func(f *faultfs.FS) {
			f.RemoveLock(filepath.Join(dir, "lock"))
			if _, err := f.Lock(filepath.Join(dir, "lock")); err != nil {
				panic(err)
			}
		}, nil},
		{"the lock cannot be looked at", func(f *faultfs.FS) {
			f.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if op.Kind == faultfs.Stat && strings.HasSuffix(op.Name, "lock") {
					return &faultfs.Fault{Err: syscall.EACCES}
				}
				return nil
			})
		}, func(f *faultfs.FS) { f.SetHook(nil) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				files, o := faultfs.New(), new(told)
				j := open(t, o.options(files))
				fill(t, j, 10, 500)
				waitSynced(t, j, 10)
				tt.do(files)
				names := files.Names(dir)
				seq, err := j.Append(payload("r11", 500)) // accepted: nobody has looked yet
				if err != nil {
					t.Fatal(err)
				}
				wantError(t, j.WaitSynced(t.Context(), seq), journal.ErrDisplaced)
				if err := j.WaitSynced(t.Context(), 10); err != nil {
					t.Errorf("what was durable before: %v", err)
				}
				for range 3 {
					time.Sleep(time.Second)
					for _, size := range []int{10, 40_000} {
						_, err := j.Append(make([]byte, size))
						wantError(t, err, journal.ErrDisplaced)
					}
					_, _, err := j.AppendBatch([][][]byte{{[]byte("a")}, {[]byte("b")}})
					wantError(t, err, journal.ErrDisplaced)
					wantError(t, j.Displaced(), journal.ErrDisplaced)
				}
				if err := o.once(t); !errors.Is(err, journal.ErrDisplaced) || !strings.Contains(err.Error(), "put it back, or restart the service") {
					t.Errorf("told: %v", err)
				}
				wantFilled(t, j.NewReader(), 1, 11, 500)
				if err := j.Checkpoint(11); err != nil {
					t.Errorf("checkpoint: %v", err)
				}
				wantError(t, j.Clear(rotate(t, j)), journal.ErrDisplaced)
				if diff := cmp.Diff(names, files.Names(dir)); diff != "" {
					t.Errorf("what has the name was touched: %s", diff)
				}
				if tt.undo != nil {
					tt.undo(files)
					fill(t, j, 10, 500)
					waitSynced(t, j, 21)
					if err := j.Displaced(); err != nil || o.restored != 1 {
						t.Errorf("%v, restored %d times", err, o.restored)
					}
					if err := j.Checkpoint(11); err != nil {
						t.Error(err)
					}
					closeJournal(t, j)
					after := open(t, large(files.After(faultfs.Strict(), 1)))
					got := drain(t, after.NewReader())
					if diff := cmp.Diff(span(12, 21), got.seqs); diff != "" || got.lost != 0 {
						t.Errorf("afterwards: %s", diff)
					}
					closeJournal(t, after)
				} else {
					wantError(t, j.Close(), journal.ErrDisplaced)
					wantError(t, j.Displaced(), journal.ErrDisplaced)
					if diff := cmp.Diff(names, files.Names(dir)); diff != "" {
						t.Errorf("Close touched what has the name: %s", diff)
					}
				}
				if err := o.once(t); !errors.Is(err, journal.ErrDisplaced) {
					t.Error(err)
				}
				if n := files.OpenFiles(); n > 1 || n == 1 && !strings.Contains(tt.name, "another process") {
					t.Errorf("%d files are open", n)
				}
			})
		})
	}
}

// An idle journal has no sync pass. Who asks finds out all the same, and from then on it looks again by itself.
func TestDisplacedWhileIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files, o := faultfs.New(), new(told)
		j := open(t, o.options(files))
		files.RenameDir(dir, "away")
		time.Sleep(time.Hour)
		wantError(t, j.Displaced(), journal.ErrDisplaced)
		_, err := j.Append([]byte("refused"))
		wantError(t, err, journal.ErrDisplaced)
		files.RenameDir("away", dir)
		time.Sleep(time.Second)
		fill(t, j, 1, 10)
		if err := o.once(t); !errors.Is(err, fs.ErrNotExist) || o.restored != 1 {
			t.Errorf("%v, restored %d times", err, o.restored)
		}
		closeJournal(t, j)
	})
}

// One file loses its name while the directory stays. What was in it is never called durable and can be read, that is told
// once, and once nothing of it is pending, all is as it was.
func TestFileWithoutItsName(t *testing.T) {
	for _, what := range []string{"removed", "replaced"} {
		do := map[string]func(*faultfs.FS, string){"removed": (*faultfs.FS).Unlink, "replaced": (*faultfs.FS).Replace}[what]
		t.Run("segment "+what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				files, o := faultfs.New(), new(told)
				j := open(t, o.options(files))
				fill(t, j, 10, 500)
				waitSynced(t, j, 10)
				do(files, segmentPath(1))
				fill(t, j, 10, 500)
				for _, seq := range []uint64{20, 11} {
					err := j.WaitSynced(t.Context(), seq)
					wantError(t, err, journal.ErrDisplaced)
					wantError(t, err, map[string]error{"removed": fs.ErrNotExist, "replaced": journal.ErrReplaced}[what])
				}
				for range 3 {
					_, err := j.Append([]byte("refused"))
					wantError(t, err, journal.ErrDisplaced)
					wantError(t, j.Displaced(), journal.ErrDisplaced)
					time.Sleep(time.Second)
				}
				if err := o.once(t); !strings.Contains(err.Error(), "let the service run until then") {
					t.Errorf("told: %v", err)
				}
				r := j.NewReader()
				wantFilled(t, r, 1, 20, 500)
				if err := j.Checkpoint(19); err != nil || o.restored != 0 {
					t.Fatalf("%v, restored %d times", err, o.restored)
				}
				wantError(t, j.Displaced(), journal.ErrDisplaced)
				if err := errors.Join(j.Checkpoint(20), j.Displaced()); err != nil || o.restored != 1 {
					t.Fatalf("%v, restored %d times", err, o.restored)
				}
				fill(t, j, 10, 500)
				waitSynced(t, j, 30)
				wantFilled(t, r, 21, 30, 500)
				o.once(t)
				after := open(t, large(files.After(faultfs.Strict(), 1)))
				wantFilled(t, after.NewReader(), 21, 30, 500)
				closeJournal(t, after)
				closeJournal(t, j)
				if n := files.OpenFiles(); n != 0 {
					t.Errorf("%d files are open", n)
				}
			})
		})
		t.Run("segment being read "+what, func(t *testing.T) {
			files, o := faultfs.New(), new(told)
			j := open(t, o.options(files))
			fill(t, j, 10, 500)
			do(files, segmentPath(1))
			wantFilled(t, j.NewReader(), 1, 10, 500)
		})
		t.Run("tail "+what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				files, o := faultfs.New(), new(told)
				j := open(t, o.options(files))
				fill(t, j, 10, 500)
				do(files, filepath.Join(dir, "tail"))
				waitSynced(t, j, 10)
				if err := o.once(t); !strings.Contains(err.Error(), "the tail was removed or replaced") {
					t.Errorf("told: %v", err)
				}
				time.Sleep(time.Second)
				fill(t, j, 10, 500)
				// Another tail keeps what is in no segment yet.
				killed := open(t, large(files.After(faultfs.Kill(), 0)))
				wantFilled(t, killed.NewReader(), 1, 20, 500)
				closeJournal(t, killed)
				waitSynced(t, j, 20)
				o.once(t)
				closeJournal(t, j)
			})
		})
		t.Run("checkpoint "+what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				files, o := faultfs.New(), new(told)
				j := open(t, o.options(files))
				fill(t, j, 10, 500)
				wantFilled(t, j.NewReader(), 1, 10, 500)
				for _, seq := range []uint64{3, 5} {
					if err := j.Checkpoint(seq); err != nil {
						t.Fatal(err)
					}
					if seq == 3 {
						do(files, filepath.Join(dir, "checkpoint"))
					}
				}
				if err := o.once(t); !strings.Contains(err.Error(), "the checkpoint was removed or replaced") {
					t.Errorf("told: %v", err)
				}
				waitSynced(t, j, 10)
				killed := open(t, large(files.After(faultfs.Kill(), 0)))
				wantFilled(t, killed.NewReader(), 6, 10, 500)
				closeJournal(t, killed)
				closeJournal(t, j)
			})
		})
	}
}

// A new data directory survives a loss of power with its first durable record, however many levels of it are new, and when
// an fsync of one of them fails, nothing is called durable before another one succeeds.
func TestNewDirectoryIsDurable(t *testing.T) {
	deep := filepath.FromSlash("a/b/c/journal")
	for _, loss := range faultfs.Losses() {
		for seed := range uint64(4) {
			files := faultfs.New()
			j, err := journal.Open(deep, small(files))
			if err != nil {
				t.Fatal(err)
			}
			fill(t, j, 1, 100)
			waitSynced(t, j, 1)
			left := files.After(loss, seed)
			closeJournal(t, j)
			if j, err = journal.Open(deep, small(left)); err != nil {
				t.Fatal(err)
			}
			wantFilled(t, j.NewReader(), 1, 1, 100)
			closeJournal(t, j)
		}
	}
	for _, parent := range []string{".", "a", filepath.FromSlash("a/b"), filepath.FromSlash("a/b/c")} {
		t.Run(parent, func(t *testing.T) {
			files := faultfs.New()
			files.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if op.Kind == faultfs.SyncDir && op.Name == parent {
					return &faultfs.Fault{Err: syscall.EIO}
				}
				return nil
			})
			j, err := journal.Open(deep, small(files))
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			fill(t, j, 1, 100)
			wantError(t, j.WaitSynced(t.Context(), 1), syscall.EIO)
			files.SetHook(nil)
			fill(t, j, 1, 100)
			waitSynced(t, j, 2)
			j2, err := journal.Open(deep, small(files.After(faultfs.Strict(), 0)))
			if err != nil {
				t.Fatal(err)
			}
			defer j2.Close()
			if got := drain(t, j2.NewReader()).seqs; len(got) == 0 || got[len(got)-1] != 2 {
				t.Fatalf("%v is left", got)
			}
		})
	}
}

// A process that dies while it creates its directory leaves levels that are not durable. The next one sees to that.
func TestNewDirectoryAfterACrash(t *testing.T) {
	deep := filepath.FromSlash("a/b/journal")
	for at := 0; ; at++ {
		files, died := faultfs.New(), false
		files.SetHook(func(op faultfs.Op) *faultfs.Fault {
			if died = died || op.Index == at; died {
				return &faultfs.Fault{Err: faultfs.ErrCrashed}
			}
			return nil
		})
		j, err := journal.Open(deep, small(files))
		if err == nil {
			_ = j.Close()
		}
		crashed := died
		files.SetHook(nil)
		if j, err = journal.Open(deep, small(files)); err != nil {
			t.Fatal(err)
		}
		fill(t, j, 1, 100)
		waitSynced(t, j, 1)
		left := files.After(faultfs.Strict(), 0)
		closeJournal(t, j)
		if j, err = journal.Open(deep, small(left)); err != nil {
			t.Fatal(err)
		}
		wantFilled(t, j.NewReader(), 1, 1, 100)
		closeJournal(t, j)
		if !crashed {
			return
		}
	}
}
