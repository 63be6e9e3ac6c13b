// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/extjson"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// quarantineFile is the name of the quarantine within Config.Dir.
const quarantineFile = "quarantine.jsonl"

// quarantine keeps what the sink will never take, as lines of JSON.
type quarantine struct {
	mu      sync.Mutex // guards lines and repeats
	lines   lines
	repeats repeats

	kept     *kept.Index // events that the file has no room for; nil without a journal, and for sinks behind the first
	prepared atomic.Bool // there is room for both on a full disk
}

func newQuarantine(dir string) *quarantine { return newQuarantineIn(dir, quarantineFile) }

// newQuarantineIn returns the quarantine in a file of a data directory.
func newQuarantineIn(dir, name string) *quarantine {
	return &quarantine{lines: &linesFile{path: filepath.Join(dir, name)}}
}

// lines is where the lines of a quarantine are. One goroutine at a time calls its methods, but for size.
type lines interface {
	// name says where that is, for the log.
	name() string
	// append adds whole lines, all or none, and returns when they are as durable as they get. Of the room that is reserved it
	// leaves some. The error is errTorn when a part of the lines may be left.
	append(text []byte, leave int64) error
	// reserve takes the room that append needs when there is no other.
	reserve() error
	// snapshot opens the lines as they are now: what is added later is not seen, and replacing lines does not change it.
	snapshot() (io.ReadCloser, error)
	// replace puts what edit returns in the place of each line, nothing for nil: of all lines, durably, or of none. changed
	// says whether there was anything to do.
	replace(edit func(line []byte) []byte) (dropped int64, changed bool, err error)
	// size returns how many bytes the lines have. It waits for nobody: any goroutine calls it, beside the others.
	size() int64
	// note remembers which lines there are, and same reports whether these are still all, as far as their number and place tell.
	note()
	same() bool
}

// errTorn says that a part of the lines may be left that could not be added.
var errTorn = errors.New("a part of a line may be left")

// quarantined is one line of the file.
type quarantined struct {
	ID        string          `json:"id"`
	EventType string          `json:"event_type"`
	Reason    string          `json:"reason"`
	Message   string          `json:"message"`
	Time      time.Time       `json:"quarantined_at"`
	Document  json.RawMessage `json:"document,omitempty"` // canonical Extended JSON
	Bytes     []byte          `json:"bytes,omitempty"`    // base64 of what the text does not hold as it is
	Refused   bool            `json:"refused,omitempty"`  // it was appended with a Refusal: no sink was asked
	Version   int             `json:"version,omitempty"`  // a replay must know it: it may put back what an older one may not; 0 is 1
}

// quarantineVersion is the latest version of a line that this release knows.
const quarantineVersion = 1

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
		Refused:   e.Refusal != nil,
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

// write appends lines, but for those that are there already.
func (q *quarantine) write(lines []byte, leave int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	text, err := q.unwritten(lines)
	if err != nil || len(text) == 0 {
		return err
	}
	if err := q.lines.append(text, leave); err != nil {
		q.repeats.possible = q.repeats.possible || errors.Is(err, errTorn)
		return err
	}
	if q.lines.reserve() != nil {
		q.prepared.Store(false)
	}
	q.wrote(text)
	return nil
}

// reserve reserves what can be had of the room. Where there is no such thing it does nothing.
func (q *quarantine) reserve() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lines.reserve()
}

// open returns the lines as they are now.
func (q *quarantine) open() (io.ReadCloser, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lines.snapshot()
}

// drop takes lines out: all that are to go, durably, or none.
func (q *quarantine) drop(gone func(line []byte) bool) (dropped int64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.editLocked(func(line []byte) []byte {
		if gone(line) {
			return nil
		}
		return line
	})
}

// editLocked is drop for whoever holds mu. edit returns what takes the place of a line, nil for nothing.
func (q *quarantine) editLocked(edit func(line []byte) []byte) (dropped int64, err error) {
	dropped, changed, err := q.lines.replace(edit)
	if changed {
		q.repeats.known = nil
	}
	if changed && q.lines.reserve() != nil {
		q.prepared.Store(false)
	}
	return dropped, err
}
