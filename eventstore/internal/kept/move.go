// SPDX-License-Identifier: Apache-2.0

package kept

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// moveBytes is how much of a segment's records are moved at once.
const moveBytes = 256 << 10

// errEnough ends a scan.
var errEnough = errors.New("enough")

// find returns the line that an event is in.
func find(lines []line, seq uint64) (l line, ok bool) {
	for _, l := range lines {
		if has(l.spans, seq) {
			return l, true
		}
	}
	return line{}, false
}

// locate returns where the records of a segment are, and whether that is a file of its own; "" when they are nowhere. The
// journal may rename the file meanwhile, from the one name to the other.
func (x *Index) locate(number uint64) (path string, own bool) {
	kept, journals := journal.KeptSegment(number), format.SegmentName(number)
	for _, name := range []string{kept, journals, kept} {
		path := filepath.Join(x.dir, name)
		if file, err := x.files.Open(path); err == nil {
			_ = file.Close()
			return path, name == kept
		}
	}
	return "", false
}

// each calls f with the events of a segment that were refused, from a record on.
func (x *Index) each(number uint64, lines []line, path string, offset int64, f func(Event, format.Item) error) (damaged bool, err error) {
	return journal.ScanSegment(x.files, path, number, offset, func(item format.Item) error {
		l, ok := find(lines, item.Seq)
		if !ok {
			return nil
		}
		return f(Event{Segment: number, Seq: item.Seq, Reason: l.Reason, At: l.At, Payload: item.Payload}, item)
	})
}

// Each calls f with the events that are kept, as long as it returns nil, and returns its error. The payload is valid during the
// call. What is moved meanwhile may be missing: it is in the quarantine file then.
func (x *Index) Each(f func(Event) error) error {
	x.mu.Lock()
	numbers, lines := x.numbers(), make(map[uint64][]line)
	for _, number := range numbers {
		lines[number] = slices.Clone(x.segments[number].lines)
	}
	x.mu.Unlock()
	for _, number := range numbers {
		if err := x.show(number, lines[number], f); err != nil {
			return err
		}
	}
	return nil
}

// show is Each for a segment. Its file may be renamed, and deleted once its events are moved, before it is opened.
func (x *Index) show(number uint64, lines []line, f func(Event) error) error {
	for {
		path, own := x.locate(number)
		if path == "" {
			return nil
		}
		_, err := x.each(number, lines, path, 0, func(e Event, _ format.Item) error { return f(e) })
		if own || !errors.Is(err, fs.ErrNotExist) {
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
			return err
		}
	}
}

// place is where the record of a refused event is.
type place struct{ offset, bytes int64 }

// Move has write take the events that are kept, some at a time, and returns its error. A file whose events are moved is deleted,
// durably, or kept with the damaged ones where it is damaged. Where write finds no room, Move continues with the next segment, which may make
// some for the next call. After an error, write may be given events again that it has taken.
func (x *Index) Move(write func([]Event) error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	numbers := x.numbers()
	if len(numbers) == 0 {
		return nil
	}
	var full error
	for _, number := range numbers {
		err := x.move(number, write)
		if err != nil && !filesystem.IsFull(err) {
			return err
		}
		full = errors.Join(full, err)
	}
	if full != nil {
		return full
	}
	return errors.Join(x.reset(), x.files.SyncDir(x.dir))
}

func (x *Index) move(number uint64, write func([]Event) error) error {
	s := x.segments[number]
	path, own := x.locate(number)
	if path == "" {
		s.moved = true // somebody deleted it
		return nil
	}
	var places []place
	damaged, err := x.each(number, s.lines, path, 0, func(_ Event, item format.Item) error {
		places = append(places, place{item.Offset, item.Bytes})
		return nil
	})
	if err != nil {
		return err
	}
	if damaged && !s.told {
		// Before anything is cut off: the next process may find no damage in what is left.
		s.told = true
		x.Damaged(number)
	}
	truncate := func(at int64) error {
		if !own {
			return nil
		}
		return x.truncate(path, at)
	}
	if n := len(places); n > 0 && own {
		// Nobody needs what is behind the last of them, and there may be no other room.
		if err := truncate(places[n-1].offset + places[n-1].bytes); err != nil {
			return err
		}
	}
	for len(places) > 0 {
		n := last(places)
		for {
			events, err := x.events(number, path, places[len(places)-n:])
			if err != nil {
				return err
			}
			if err = write(events); err == nil {
				break
			}
			if n == 1 || !filesystem.IsFull(err) {
				return err
			}
			n /= 2
		}
		places = places[:len(places)-n]
		at := int64(format.SegmentHeaderBytes)
		if len(places) > 0 {
			at = places[len(places)-1].offset + places[len(places)-1].bytes
		}
		if err := truncate(at); err != nil {
			return err
		}
	}
	s.moved = true
	if !own {
		return nil
	}
	if damaged {
		return x.setAside(number, path)
	}
	return x.files.Remove(path)
}

// last returns how many of the last events are moved at once.
func last(places []place) (n int) {
	bytes := int64(0)
	for n < len(places) {
		if bytes += places[len(places)-1-n].bytes; bytes > moveBytes && n > 0 {
			break
		}
		n++
	}
	return n
}

// events reads the events at some places, which follow each other.
func (x *Index) events(number uint64, path string, at []place) (events []Event, err error) {
	_, err = x.each(number, x.segments[number].lines, path, at[0].offset, func(e Event, item format.Item) error {
		if item.Offset > at[len(at)-1].offset {
			return errEnough
		}
		e.Payload = bytes.Clone(e.Payload)
		events = append(events, e)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return events, nil
}

func (x *Index) truncate(path string, size int64) error {
	file, err := x.files.Edit(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Truncate(size), file.Close())
}

// setAside moves a file to the folder of damaged segments.
func (x *Index) setAside(number uint64, path string) error {
	to := filepath.Join(x.dir, journal.DamagedName)
	if err := x.files.Mkdir(to); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return x.files.Rename(path, filepath.Join(to, filepath.Base(path)))
}

// reset empties the index once everything is moved.
func (x *Index) reset() error {
	if x.end == 0 || x.file == nil {
		return nil
	}
	_, err := x.file.WriteAt(make([]byte, x.end), 0)
	x.end = 0 // whatever became of it: what is left names segments of which nothing is there
	clear(x.segments)
	if err != nil {
		return err
	}
	return x.sync()
}
