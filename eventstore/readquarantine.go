// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

// maxLineBytes is longer than the line of the largest document: of each of its bytes Extended JSON makes six at most, and
// base64 one and a third.
const maxLineBytes = 8*MaxDocumentBytes + 1<<20

// QuarantinedEvent is a line of a quarantine file.
type QuarantinedEvent struct {
	// Line is the number of the event's line, from 1, and Bytes the length of the line. Both are 0 for an event that did not fit into
	// the file: its document is in a file of the journal until the service moves it.
	Line, Bytes int64
	ID          string
	Type        string // as in Event.Type
	// Reason is why the event is in quarantine. docs/metrics.md lists the reasons. Message is the sink's explanation. It may quote
	// parts of the document.
	Reason, Message string
	Time            time.Time // when it was quarantined
	// Refused is true when the event was appended with a [Refusal]: the sink was not asked.
	Refused bool
	// Document is BSON. It is nil when the line does not contain a whole document.
	Document []byte
	// Problem is the reason why ReplayQuarantine would not replay the line. It is empty when it would.
	Problem string
}

// ReadQuarantine reads the quarantine file in a data directory ([Config.Dir]), line by line. It reads the file as it is when the
// iteration begins. It writes nothing and may run while a service uses the directory. It has one line in memory at a time.
//
// Events that did not fit into the file come first. Without the file there are no lines. The error for a missing directory
// is fs.ErrNotExist. An error ends the sequence.
func ReadQuarantine(dir string) iter.Seq2[QuarantinedEvent, error] {
	return func(yield func(QuarantinedEvent, error) bool) {
		if _, err := os.Stat(dir); err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: data directory: %w", err))
			return
		}
		var before keptReader
		index, err := kept.Look(filesystem.OS(), filepath.Join(dir, journalDir))
		if err == nil {
			var more bool
			if more, err = before.each(index, func(e QuarantinedEvent) bool { return yield(e, nil) }); !more && err == nil {
				return
			}
		}
		if err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: quarantine: %w", err))
			return
		}
		file, err := os.Open(filepath.Join(dir, quarantineFile))
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err == nil {
			defer file.Close()
			err = readLines(file, before.has, yield)
		}
		if err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: quarantine file: %w", err))
		}
	}
}

// ReadQuarantine reads the store's quarantine file like the function [ReadQuarantine]. With [DirAuto] the files of all
// other processes follow.
func (s *Store) ReadQuarantine() iter.Seq2[QuarantinedEvent, error] {
	if s.siblings == nil {
		return s.readOwnQuarantine()
	}
	return func(yield func(QuarantinedEvent, error) bool) {
		all := []iter.Seq2[QuarantinedEvent, error]{s.readOwnQuarantine()}
		for _, dir := range slices.Sorted(maps.Keys(s.siblings.others())) {
			all = append(all, ReadQuarantine(dir))
		}
		for _, file := range all {
			for e, err := range file {
				if errors.Is(err, fs.ErrNotExist) {
					continue // nothing was left in that directory
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

func (s *Store) readOwnQuarantine() iter.Seq2[QuarantinedEvent, error] {
	return func(yield func(QuarantinedEvent, error) bool) {
		var before keptReader
		more, err := before.each(s.quarantine.kept, func(e QuarantinedEvent) bool { return yield(e, nil) })
		if err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: quarantine: %w", err))
		}
		if !more {
			return
		}
		from, err := s.quarantine.open()
		if err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: quarantine file: %w", err))
			return
		}
		defer from.Close()
		n := int64(0)
		err = each(from, func(line []byte) error {
			if n++; before.has(line) {
				return nil
			}
			if !yield(parseLine(n, int64(len(line))+1, line), nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: quarantine file: %w", err))
		}
	}
}

// errStopped says that nobody wants more events.
var errStopped = errors.New("stopped")

// readLines yields the lines that begin within the file as it is now, but for some. The last one may be in the making: it is
// read to its end, wherever that is by then.
func readLines(file *os.File, but func(line []byte) bool, yield func(QuarantinedEvent, error) bool) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(file, 64<<10)
	for n, at := int64(1), int64(0); at < info.Size(); n++ {
		text, length, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		at += length
		if (length > 1 || err != nil && length > 0) && !but(text) { // an empty line says nothing
			if !yield(parseLine(n, length, text), nil) {
				return nil
			}
		}
		if err != nil {
			return nil
		}
	}
	return nil
}

// readLine reads to the end of a line and returns its length. Of one that is too long for any event there is no text.
func readLine(from *bufio.Reader) (text []byte, length int64, err error) {
	for {
		part, err := from.ReadSlice('\n')
		length += int64(len(part))
		if length <= maxLineBytes {
			text = append(text, part...)
		} else {
			text = nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, length, err
		}
	}
}

func parseLine(number, length int64, text []byte) QuarantinedEvent {
	e := QuarantinedEvent{Line: number, Bytes: length}
	var q quarantined
	if text == nil {
		e.Problem = "the line is longer than that of any event"
		return e
	}
	if json.Unmarshal(text, &q) != nil {
		e.Problem = "the line is not JSON"
		return e
	}
	e.ID, e.Type, e.Reason, e.Message, e.Time = q.ID, q.EventType, q.Reason, q.Message, q.Time
	e.Refused = q.Refused
	doc, ok := q.document()
	if !ok {
		e.Problem = "the line holds no whole document"
		return e
	}
	e.Document = doc
	switch _, ok := q.event(doc); {
	case !ok:
		e.Problem = "the document's _id is not the line's id"
	case len(doc) > MaxDocumentBytes:
		e.Problem = "the document is larger than 16 MiB"
	}
	return e
}
