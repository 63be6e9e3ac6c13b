// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
)

// repeats keeps the quarantine file at one line an event, whatever dies between two steps. An event can be refused a second
// time: when a process died between its line and the checkpoint behind it, and when it was put back by a replay that died
// before its line was gone. The mutex of the quarantine guards it.
type repeats struct {
	possible bool // there may be such events: an earlier process left some, or there was a replay
	known    map[digest]struct{}
	// leaving are the events that a replay puts back while it is under way. Their lines go when it ends, but for the events
	// that were refused again by then: what is kept here takes the place of their lines. nil while there is no replay.
	leaving map[digest][]byte
}

// digest names an event by its id and its document: two events with one key are two where their documents differ.
type digest [16]byte

// digestOf returns the digest of the event in a line, false for a line that holds none.
func digestOf(line []byte) (d digest, ok bool) {
	var q quarantined
	if json.Unmarshal(line, &q) != nil || q.ID == "" {
		return d, false
	}
	content := q.Bytes
	if len(content) == 0 {
		if content, ok = q.document(); !ok {
			content = q.Document
		}
	}
	sum := sha256.Sum256(append([]byte(q.ID), content...))
	copy(d[:], sum[:])
	return d, true
}

// unwritten returns those of the lines that the file does not have yet, each event once: a journal can hold an event
// several times, one for each replay of it, and its refusals can come together.
func (q *quarantine) unwritten(lines []byte) ([]byte, error) {
	if !q.repeats.possible {
		return lines, nil
	}
	if err := q.learn(); err != nil {
		return nil, err
	}
	var left []byte
	fresh := make(map[digest]struct{})
	for line := range bytes.Lines(lines) {
		d, ok := digestOf(line)
		if ok {
			if _, replayed := q.repeats.leaving[d]; replayed {
				q.repeats.leaving[d] = bytes.TrimSuffix(bytes.Clone(line), []byte("\n"))
				continue
			}
			if _, there := q.repeats.known[d]; there {
				continue
			}
			if _, there := fresh[d]; there {
				continue
			}
			fresh[d] = struct{}{}
		}
		left = append(left, line...)
	}
	return left, nil
}

// learn reads the lines, unless nobody else has changed them since.
func (q *quarantine) learn() error {
	r := &q.repeats
	if r.known != nil && q.lines.same() {
		return nil
	}
	q.lines.note()
	from, err := q.lines.snapshot()
	if err != nil {
		return err
	}
	defer from.Close()
	r.known = make(map[digest]struct{})
	err = each(from, func(line []byte) error {
		if d, ok := digestOf(line); ok {
			r.known[d] = struct{}{}
		}
		return nil
	})
	if err != nil {
		r.known = nil
	}
	return err
}

// wrote notes lines that the file has by now.
func (q *quarantine) wrote(lines []byte) {
	r := &q.repeats
	if !r.possible || r.known == nil {
		return
	}
	for line := range bytes.Lines(lines) {
		if d, ok := digestOf(line); ok {
			r.known[d] = struct{}{}
		}
	}
	q.lines.note()
}

// mayRepeat says that events may be refused that have a line already.
func (q *quarantine) mayRepeat() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.repeats.possible = true
}

// leave says that an event is about to be put back, so that its line goes when the replay ends. It reports whether this is
// new: another line may hold the same event.
func (q *quarantine) leave(d digest) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := &q.repeats
	r.possible = true
	if r.leaving == nil {
		r.leaving = make(map[digest][]byte)
	}
	if _, ok := r.leaving[d]; ok {
		return false
	}
	r.leaving[d] = nil
	return true
}

// stay takes leave back, for an event that was not put back.
func (q *quarantine) stay(d digest) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.repeats.leaving, d)
}

// endReplay ends what leave began, and returns the file's error. When the events are durable in the journal, their lines go; one that was refused again
// meanwhile keeps one line, the latest.
func (q *quarantine) endReplay(durable bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	leaving := q.repeats.leaving
	q.repeats.leaving = nil
	if !durable || len(leaving) == 0 {
		return nil
	}
	_, err := q.editLocked(func(line []byte) []byte {
		d, ok := digestOf(line)
		if !ok {
			return line
		}
		latest, replayed := leaving[d]
		if !replayed {
			return line
		}
		leaving[d] = nil
		return latest
	})
	return err
}
