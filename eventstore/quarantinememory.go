// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bytes"
	"io"
	"sync/atomic"
)

// linesInMemory are lines in memory, up to a bound.
type linesInMemory struct {
	bound int
	text  []byte // is appended to or replaced, and never changed
	bytes atomic.Int64
}

var _ lines = (*linesInMemory)(nil)

func (q *linesInMemory) name() string { return "memory" }

// append implements lines.
func (q *linesInMemory) append(text []byte, _ int64) error {
	if len(q.text)+len(text) > q.bound {
		return errQuarantineFull
	}
	q.text = append(q.text, text...)
	q.bytes.Store(int64(len(q.text)))
	return nil
}

// reserve implements lines: the bound is the room.
func (q *linesInMemory) reserve() error { return nil }

// snapshot implements lines.
func (q *linesInMemory) snapshot() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(q.text)), nil
}

// replace implements lines.
func (q *linesInMemory) replace(edit func(line []byte) []byte) (dropped int64, changed bool, err error) {
	var left []byte
	for line := range bytes.Lines(q.text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		kept := edit(line)
		changed = changed || !bytes.Equal(kept, line)
		if kept == nil {
			dropped++
			continue
		}
		left = append(append(left, kept...), '\n')
	}
	if changed {
		q.text = left
		q.bytes.Store(int64(len(left)))
	}
	return dropped, changed, nil
}

// size implements lines.
func (q *linesInMemory) size() int64 { return q.bytes.Load() }

// note implements lines.
func (q *linesInMemory) note() {}

// same implements lines: nobody else changes them.
func (q *linesInMemory) same() bool { return true }
