// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// The names in the directory, besides the segments.
const (
	lockName       = "lock"
	checkpointName = "checkpoint"
	damagedName    = "damaged"
	tailName       = "tail"
)

// Journal is an open journal. Its methods are safe for concurrent use.
type Journal struct {
	dir      string
	fs       FS
	opt      Options
	lock     io.Closer
	recovery Recovery

	wakeSync    chan struct{}        // wakes the sync loop
	truncations chan truncateRequest // asks the sync loop to delete what is done
	closing     chan struct{}        // closed when Close begins
	done        chan struct{}        // closed when the sync loop has ended
	closed      chan struct{}        // closed when Close has ended

	wakeNext chan struct{} // wakes the reader
	waiting  atomic.Bool   // the reader is about to wait

	saving sync.Mutex // held while the checkpoint file is written; before mu
	age    age

	mu          sync.Mutex
	isClosing   bool
	closeErr    error
	segments    []*segment // by number; current, when there is one, is the last
	current     *segment
	nextSegment uint64
	bytes       int64
	lastSeq     uint64
	lastTime    int64
	written     uint64 // the last that is in a segment; what follows is in the tail
	tail        tail
	staging     staging
	turn        *Turn // a batch that waits for room in its midst
	reader      *Reader

	finished   uint64 // what Checkpoint was told
	checkpoint uint64 // the same, past what follows it and is lost
	lost       ranges
	lostCount  uint64
	file       checkpointFile

	dirty       bool        // something waits for an fsync
	urgent      bool        // somebody waits for it
	groupCommit groupCommit // of those who wait for it
	truncateDue bool        // something waits for deletion
	queue       []*segment  // sealed and not fsynced yet, in order
	resolved    uint64      // fsync succeeded or failed up to here
	failures    failures
	passed      *passed // the next sync pass, when somebody waits for it

	unwritten bool // the last pass could not empty the tail; the sync loop's alone

	full  bool
	space chan struct{} // closed when full becomes false
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
	j := &Journal{
		dir:         dir,
		fs:          o.FS,
		opt:         o,
		wakeSync:    make(chan struct{}, 1),
		truncations: make(chan truncateRequest),
		closing:     make(chan struct{}),
		done:        make(chan struct{}),
		closed:      make(chan struct{}),
		wakeNext:    make(chan struct{}, 1),
	}
	if err := j.fs.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("journal: open %s: %w", dir, err)
	}
	if j.lock, err = j.fs.Lock(filepath.Join(dir, lockName)); err != nil {
		var held *filesystem.HeldError
		if errors.As(err, &held) {
			return nil, fmt.Errorf("%w: %s is in use by process %d", ErrLocked, dir, held.PID)
		}
		return nil, fmt.Errorf("journal: open %s: %w", dir, err)
	}
	if err := j.recover(); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: open %s: %w", dir, err), j.file.close(), j.lock.Close())
	}
	go j.run()
	return j, nil
}

// Recovery returns what Open found.
func (j *Journal) Recovery() Recovery { return j.recovery }

// wakeSyncer wakes the sync loop. It never blocks.
func (j *Journal) wakeSyncer() {
	select {
	case j.wakeSync <- struct{}{}:
	default:
	}
}

func (j *Journal) report(err error) {
	if err != nil {
		j.opt.OnError(err)
	}
}
