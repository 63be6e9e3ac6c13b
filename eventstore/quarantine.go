// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/extjson"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// quarantineFile is the name of the quarantine within Config.Dir.
const quarantineFile = "quarantine.jsonl"

// quarantine is a file of JSON lines that keeps what the sink will never take. It is opened for each
// event: they are rare, and an operator may move the file at any time.
type quarantine struct {
	path    string
	mu      sync.Mutex // while the file is changed
	repeats repeats

	kept     *kept.Index // events that the file has no room for; nil without a journal
	prepared atomic.Bool // there is room for both on a full disk
}

func newQuarantine(dir string) *quarantine {
	return &quarantine{path: filepath.Join(dir, quarantineFile)}
}

// quarantined is one line of the file.
type quarantined struct {
	ID        string          `json:"id"`
	EventType string          `json:"event_type"`
	Reason    string          `json:"reason"`
	Message   string          `json:"message"`
	Time      time.Time       `json:"quarantined_at"`
	Document  json.RawMessage `json:"document,omitempty"` // canonical Extended JSON
	Bytes     []byte          `json:"bytes,omitempty"`    // base64 of what the text does not hold as it is
}

// document returns the event's document, if there is a whole one.
func (q *quarantined) document() ([]byte, bool) {
	if len(q.Bytes) > 0 {
		return q.Bytes, extjson.Valid(q.Bytes)
	}
	return extjson.Decode(q.Document)
}

// add appends events that were refused, all or none, and returns when they are on the disk. On a disk that is full, it leaves
// some of the room that is reserved.
func (q *quarantine) add(events []*pending, leave int64) error {
	var lines []byte
	for _, e := range events {
		at := e.refusedAt
		if at.IsZero() {
			at = time.Now()
		}
		line, err := e.line(at)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	return q.write(lines, leave)
}

// line returns the event as a line of the file, without its end.
func (e *pending) line(at time.Time) ([]byte, error) {
	line := quarantined{
		ID:        uuid.UUID(e.ID).String(),
		EventType: e.Type,
		Reason:    e.reason,
		Message:   e.message,
		Time:      at.UTC(),
	}
	text, exact, err := extjson.Encode(e.Document)
	if err == nil && !e.broken {
		line.Document = text
	}
	if line.Document == nil || !exact {
		line.Bytes = e.Document
	}
	return json.Marshal(line)
}

// write appends lines, but for those that the file has already.
func (q *quarantine) write(lines []byte, leave int64) (err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	text, err := q.unwritten(lines)
	if err != nil || len(text) == 0 {
		return err
	}
	f, err := q.openFile()
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if size > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' { // a process died in mid-line
			text = append([]byte{'\n'}, text...)
		}
	}
	// The room comes first, so that what is reserved stays where there is not enough.
	end := size + int64(len(text))
	if err := filesystem.Reserve(f, end+leave); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	_, err = f.WriteAt(text, size)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		// The event is tried again: half a line, or the same line twice, must not stay.
		failed := f.Truncate(size)
		if failed != nil {
			q.repeats.possible = true
		}
		return errors.Join(err, failed)
	}
	if err := filesystem.Reserve(f, end+reservedBytes); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		q.prepared.Store(false)
	}
	q.wrote(text)
	if size > 0 {
		return nil
	}
	return syncDir(filepath.Dir(q.path))
}

// syncDir makes a new directory entry durable, where the operating system needs it.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync() // not every system can sync a directory
	return nil
}
