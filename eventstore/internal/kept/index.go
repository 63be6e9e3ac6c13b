// SPDX-License-Identifier: Apache-2.0

package kept

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// Bytes is the size of the index.
const Bytes = 512 << 10

// ErrNoRoom says that the index is not there, as the disk never had room for it, or full.
var ErrNoRoom = errors.New("there is no room in the index of refused events")

// Event is an event that was refused.
type Event struct {
	Segment, Seq uint64
	Reason       string
	At           time.Time
	Payload      []byte // of the journal's record; Add does not look at it
}

// Index says which events are kept in segments. It is safe for concurrent use.
type Index struct {
	files filesystem.FS
	dir   string // the journal's
	// Damaged is called once with the number of a segment in which there is damage, before its events are moved: some of them
	// may be lost. It is set before the index is used.
	Damaged func(segment uint64)

	// mu guards everything below. It is held while a segment is renamed, and while events are moved.
	mu       sync.Mutex
	loaded   bool
	file     filesystem.File // nil while there is none
	entered  bool            // its entry in the directory is durable
	end      int64           // of the lines
	segments map[uint64]*segment
}

// segment is what is kept of one segment.
type segment struct {
	lines []line
	moved bool // all of it is in the quarantine file
	told  bool // Damaged was called
}

// line is a line of the index: events of one segment and one reason.
type line struct {
	Segment uint64    `json:"segment"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
	Runs    runs      `json:"runs"`

	spans []span
}

// New returns the index of a journal. It reads nothing before Keep or Load are called, which is to be done by whoever has the
// journal open.
func New(files filesystem.FS, dir string) *Index {
	return &Index{files: files, dir: dir, Damaged: func(uint64) {}, segments: make(map[uint64]*segment)}
}

// Load reads the index, which need not be there yet. A line that was never finished is none. An error keeps the events from
// being found, and is to keep the journal shut.
func (x *Index) Load() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.loadLocked()
}

func (x *Index) loadLocked() error {
	if x.loaded {
		return nil
	}
	file, err := x.files.Edit(x.path())
	if errors.Is(err, fs.ErrNotExist) {
		x.loaded = true
		return nil
	}
	if err != nil {
		return err
	}
	if err := x.read(file); err != nil {
		return errors.Join(err, file.Close())
	}
	x.file, x.loaded = file, true
	return nil
}

// Look reads the index for whoever only looks: it writes nothing, and somebody else may have the journal open. Add and Move
// must not be called.
func Look(files filesystem.FS, dir string) (*Index, error) {
	x := New(files, dir)
	file, err := files.Open(x.path())
	if errors.Is(err, fs.ErrNotExist) {
		return x, nil
	}
	if err != nil {
		return nil, err
	}
	return x, errors.Join(x.read(file), file.Close())
}

func (x *Index) path() string { return filepath.Join(x.dir, journal.KeptName) }

// read takes the lines up to the first that is none.
func (x *Index) read(file filesystem.File) error {
	text := make([]byte, Bytes)
	n, err := file.ReadAt(text, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", x.path(), err)
	}
	for l := range bytes.Lines(text[:n]) {
		var parsed line
		if l[len(l)-1] != '\n' || json.Unmarshal(l, &parsed) != nil {
			return nil
		}
		var ok bool
		if parsed.spans, ok = parsed.Runs.spans(); !ok {
			return nil
		}
		x.note(parsed)
		x.end += int64(len(l))
	}
	return nil
}

func (x *Index) note(l line) {
	l.Runs = nil
	s := x.segments[l.Segment]
	if s == nil {
		s = new(segment)
		x.segments[l.Segment] = s
	}
	s.moved = false
	s.lines = append(s.lines, l)
}

// Prepare makes the index, with all the room that it will ever need, unless it is there.
func (x *Index) Prepare() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.prepareLocked()
}

func (x *Index) prepareLocked() error {
	if x.file != nil {
		if size, err := x.file.Size(); err != nil || size >= Bytes {
			return err
		}
	} else {
		file, err := x.files.Create(x.path())
		if err != nil {
			return err
		}
		x.file = file
	}
	zeros := make([]byte, Bytes-x.end)
	if _, err := x.file.WriteAt(zeros, x.end); err != nil {
		err = errors.Join(err, x.file.Truncate(x.end)) // and the next call tries again
		if x.end == 0 {
			err = errors.Join(err, x.file.Close(), x.files.Remove(x.path()))
			x.file, x.entered = nil, false
		}
		return err
	}
	return nil
}

// Add notes that events were refused, all or none, and returns when that is on the disk. It takes no room there.
func (x *Index) Add(events []Event) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.prepareLocked(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	lines := linesOf(events)
	var text []byte
	for _, l := range lines {
		encoded, err := json.Marshal(l)
		if err != nil {
			return err
		}
		text = append(append(text, encoded...), '\n')
	}
	if x.end+int64(len(text)) > Bytes {
		return ErrNoRoom
	}
	if _, err := x.file.WriteAt(text, x.end); err != nil {
		return err
	}
	if err := x.sync(); err != nil {
		return err
	}
	x.end += int64(len(text))
	for _, l := range lines {
		l.spans, _ = l.Runs.spans()
		x.note(l)
	}
	return nil
}

func (x *Index) sync() error {
	if err := x.file.Sync(); err != nil || x.entered {
		return err
	}
	err := x.files.SyncDir(x.dir)
	x.entered = err == nil
	return err
}

// linesOf returns events as lines: one for each segment and reason.
func linesOf(events []Event) (lines []line) {
	type key struct {
		segment uint64
		reason  string
	}
	seqs := make(map[key][]uint64)
	at := make(map[key]time.Time)
	for _, e := range events {
		k := key{e.Segment, e.Reason}
		seqs[k], at[k] = append(seqs[k], e.Seq), e.At
	}
	for k, s := range seqs {
		lines = append(lines, line{Segment: k.segment, Reason: k.reason, At: at[k], Runs: runsOf(s)})
	}
	return lines
}

// Keep is for the options of the journal: it renames the file of a segment that holds events which were refused.
func (x *Index) Keep(number uint64, rename func() error) (bool, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.loadLocked(); err != nil {
		return false, err
	}
	if s := x.segments[number]; s == nil || s.moved {
		return false, nil
	}
	return true, rename()
}

// IsEmpty reports whether no events are kept.
func (x *Index) IsEmpty() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, s := range x.segments {
		if !s.moved {
			return false
		}
	}
	return true
}

// numbers lists the segments that are to be moved, in order.
func (x *Index) numbers() []uint64 {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(x.segments)), func(n uint64) bool { return x.segments[n].moved })
}

// Close closes the file.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.file == nil {
		return nil
	}
	err := x.file.Close()
	x.file = nil
	return err
}
