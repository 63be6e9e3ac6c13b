// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// The names in the directory, besides the segments.
const (
	lockName       = "lock"
	checkpointName = "checkpoint"
	damagedName    = DamagedName
	keptName       = "kept"
	tailName       = "tail"
)

// Journal is an open journal. Its methods are safe for concurrent use.
//
// It has one goroutine of its own, the sync loop. The others are its callers':
//
//	Append  AppendBatch  Rotate       Checkpoint  Clear           WaitSynced
//	      │                                │                          ▲
//	      │ write(2), mapped tail          │ write(2)                 │ result
//	      ▼                                ▼                          │ of a pass
//	   ┌─────┐                  ┌────────────────────────┐       ┌────────┐
//	   │ log │                  │ Consumer, checkpointer │       │ syncer │
//	   └─────┘                  └────────────────────────┘       └────────┘
//	    │   │                              │                       │    ▲
//	    │   │ wake: dirty, full            │ truncateRequest  wake │    │
//	    │   ▼                              ▼                       ▼    │
//	    │  ┌──────────────────────────────────────────────────────────────┐
//	    │  │ sync loop: syncer.pass     fsyncs segments and the directory │
//	    │  │            truncator.pass  fsyncs the checkpoint, deletes    │
//	    │  │            finish          ends the journal for Close        │
//	    │  └──────────────────────────────────────────────────────────────┘
//	    │ wake: records
//	    ▼
//	Reader.Next, one a Consumer: reads segments up to the offsets that the log has
//
// Each part has its mutex. A goroutine that holds several has taken them in this
// order: that of a Reader or of the checkpointer, that of the log, then those of
// syncer, progress or readers. Only the checkpointer's is held during an fsync,
// and no append takes it.
type Journal struct {
	// Set by Open, and only read since.
	dir      string
	fs       FS
	opt      Options
	recovery Recovery

	place location // whether the directory is still there

	log        log          // what is appended: the segments and the tail
	syncer     syncer       // what survives the loss of power, and who waits for it
	first      *Consumer    // what is done, and what is lost
	consumers  consumers    // the first one, and the others
	checkpoint checkpointer // the file that says what is done
	truncator  truncator    // deletes what is done for all of them
	lifecycle  lifecycle    // how far Close is
}

// Open opens the journal in a directory, creating the directory when it is
// missing, and locks it against other processes; the error of a directory that
// another process has is ErrLocked and names both.
//
// It reads and verifies everything behind the checkpoint, which Recovery then
// tells about, and opens whatever a crash or damage can leave. It changes no
// segment; the first Append begins a new one. An unknown format version is
// ErrVersion.
func Open(dir string, o Options) (*Journal, error) {
	o, err := newOptions(o)
	if err != nil {
		return nil, err
	}
	j := newJournal(dir, o)
	if j.syncer.parents, err = filesystem.MakeDir(j.fs, dir); err != nil {
		return nil, fmt.Errorf("journal: open %s: %w", dir, err)
	}
	if j.place.lock, err = j.fs.Lock(filepath.Join(dir, lockName)); err != nil {
		var held *filesystem.HeldError
		if errors.As(err, &held) {
			return nil, fmt.Errorf("%w: %s is in use by process %d", ErrLocked, dir, held.PID)
		}
		return nil, fmt.Errorf("journal: open %s: %w", dir, err)
	}
	if err := j.recover(); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: open %s: %w", dir, err), j.checkpoint.file.close(), j.place.close())
	}
	go j.run()
	return j, nil
}

// newJournal joins the parts.
func newJournal(dir string, o Options) *Journal {
	j := &Journal{
		dir: dir, fs: o.FS, opt: o,
		lifecycle: newLifecycle(),
	}
	j.first = j.addConsumer("", true)
	for _, name := range o.Consumers {
		j.addConsumer(name, true)
	}
	j.syncer = syncer{
		dir: dir, fs: o.FS, report: j.report, log: &j.log, place: &j.place,
		wake: newSignal(), lifecycle: &j.lifecycle,
	}
	j.place = location{dir: dir, report: j.report, restored: o.OnRestored, wake: j.syncer.wake}
	j.log = log{
		dir: dir, fs: o.FS, opt: o, place: &j.place, birth: birth{time.Now()},
		first: &j.first.progress, consumers: &j.consumers, checkpointFile: &j.checkpoint.file, wakeSyncer: j.syncer.wake,
	}
	j.log.tail.idle.L = &j.log.mu
	j.checkpoint = checkpointer{dir: dir, fs: o.FS, log: &j.log, report: j.report}
	j.truncator = truncator{
		dir: dir, fs: o.FS, log: &j.log, place: &j.place, checkpoint: &j.checkpoint, report: j.report, keep: o.Keep,
		patience: patience{now: o.Now}, requests: make(chan truncateRequest),
	}
	return j
}

// addConsumer adds a consumer. Only Open does.
func (j *Journal) addConsumer(name string, declared bool) *Consumer {
	c := &Consumer{journal: j, name: name, declared: declared}
	c.readers.wake = newSignal()
	j.consumers.all = append(j.consumers.all, c)
	return c
}

// Recovery returns what Open found.
func (j *Journal) Recovery() Recovery { return j.recovery }

// report tells the owner of the journal about an error without a caller.
func (j *Journal) report(err error) {
	if err != nil {
		j.opt.OnError(err)
	}
}
