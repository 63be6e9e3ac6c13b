// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// logMutex is the mutex of the log. Lock closes the window: whoever has the mutex finds
// whole records only, and decides alone what becomes of the tail. Only an append takes
// the mutex without that, see [log.lockSoon].
type logMutex struct {
	mutex sync.Mutex
	log   *log
}

// Lock takes the mutex, and waits for the appends that make their records in the window.
func (m *logMutex) Lock() {
	m.mutex.Lock()
	m.log.closeWindow()
}

// Unlock gives the mutex back.
func (m *logMutex) Unlock() { m.mutex.Unlock() }

// window is room in the active half that appends take by moving its end, under the mutex.
// Each makes its record there without the mutex, side by side with others:
//
//	      filled           end             limit
//	┌────────┬────────┬─────┬────────────────┐
//	│ whole  │ N      │ N+1 │ zeros          │
//	└────────┴────────┴─────┴────────────────┘
//	          copies   waits for N
//
// A record becomes whole in the file when the one before it is: the head of a record,
// without which it is none, is copied last. So the file never has a record behind a gap, and
// an append returns when all records before its own are whole, too.
//
// The window is closed most of the time when appends are rare: an append opens it, and
// whoever else takes the mutex closes it.
type window struct {
	half  *half // nil: the window is closed
	file  filesystem.Mapping
	end   int   // of what is taken, in the half
	limit int64 // where a record ends at the latest
	n     int   // records in the half
	most  int64 // what the records of the window take in a segment, at most
	room  int64 // what they may take

	// filled is the end of the records that are whole. Whose record begins there has its turn, and
	// owns fault until it moves filled.
	filled atomic.Int64
	fault  fault
}

// fault is a record that could not be put into the file, and those behind it are not
// either. They are refused.
type fault struct {
	err   error
	begin int    // of the first of them, in the half
	n     int    // records before it
	seq   uint64 // its sequence number
}

// headBytes is the part of a record that is copied last, with its header. The record before it
// puts its terminator there.
const headBytes = terminatorBytes

// slot is what an append has taken of the window.
type slot struct {
	half    *half
	file    filesystem.Mapping
	buf     []byte   // of the half, as long as it will get
	records []staged // likewise
	begin   int
	end     int
	n       int // records before it
	seq     uint64
	time    int64
}

// takeSlot takes room for a record in the window. The caller holds the mutex.
func (l *log) takeSlot(now int64, n int, p *slot) bool {
	w := &l.window
	most := format.MostRecordBytes(n)
	if w.half == nil || int64(w.end)+most > w.limit || w.most+most > w.room || w.n == cap(w.half.records) || l.place.err() != nil {
		return false
	}
	h := w.half
	p.half, p.file, p.buf, p.records = h, w.file, h.buf[:cap(h.buf)], h.records[:cap(h.records)]
	p.begin, p.n, p.time = w.end, w.n, l.nextTime(now)
	l.lastSeq++
	p.seq = l.lastSeq
	w.end += int(format.RecordBytes(h.start+int64(w.end), n))
	w.n++
	w.most += most
	p.end = w.end
	return true
}

// fill makes the record of a slot. It reports false when the record could not be put
// into the file: then nothing was appended.
func (l *log) fill(p *slot, parts [][]byte) bool {
	h, w := p.half, &l.window
	record := format.AppendRecord(p.buf[p.begin:p.begin:p.end], h.segment.number, h.start+int64(p.begin), p.seq, p.time, parts...)
	p.records[p.n] = staged{h.start + int64(p.begin), p.end, p.time}
	at := h.at + format.HalfHeaderBytes + int64(p.begin)
	zeros := min(terminatorBytes, h.room-p.end)
	var err error
	if w.filled.Load() == int64(p.begin) {
		err = p.file.Place(record, zeros, at)
	} else {
		head := min(headBytes, len(record))
		err = p.file.Place(record[head:], zeros, at+int64(head))
		w.await(p.begin)
		if err == nil && w.fault.err == nil {
			err = p.file.Place(record[:head], 0, at)
		}
	}
	whole := err == nil && w.fault.err == nil
	if !whole {
		if w.fault.err == nil {
			w.fault = fault{err, p.begin, p.n, p.seq}
		}
		_ = p.file.Place(nil, len(record), at) // what arrived of it is no record
	}
	w.filled.Store(int64(p.end))
	return whole
}

// await waits until the records before one that begins at an offset are whole.
func (w *window) await(begin int) {
	for i := 0; w.filled.Load() != int64(begin); i++ {
		switch {
		case i < awaitAttempts:
			pause()
		case i < 2*awaitAttempts:
			runtime.Gosched()
		default:
			time.Sleep(awaitSleep) // the system runs something else on the processor of the other append
		}
	}
}

const (
	awaitAttempts = 40
	awaitSleep    = 20 * time.Microsecond
)

// openWindow has the next appends make their records side by side, unless one of them has
// something else to do. A record waits in the active half. The caller holds the mutex.
func (l *log) openWindow() {
	t, w, h := &l.tail, &l.window, l.tail.active
	if h == nil || !h.waits() || t.file == nil || t.readOnly || t.disabled.Load() || !l.dirty || t.isAstray(l.current) ||
		t.sealed.waits() && !t.writing || l.admit(nil) != nil {
		return
	}
	w.half, w.file, w.end, w.n, w.most = h, t.file, len(h.buf), len(h.records), 0
	w.limit = min(fullBytes, unwrittenBytes-t.sealed.unwritten()+int64(h.done), min(l.opt.SegmentBytes, l.current.reserved)-h.start)
	w.room = l.opt.MaxBytes - format.SegmentHeaderBytes - l.bytes - t.most()
	w.filled.Store(int64(w.end))
}

// closeWindow waits until the records of the window are whole, and closes it. Those that could not
// be put into the file were never appended. The caller holds the mutex.
func (l *log) closeWindow() {
	w := &l.window
	if w.half == nil {
		return
	}
	w.await(w.end)
	h, end, n := w.half, w.end, w.n
	w.half, w.file = nil, nil
	failed := w.fault
	if w.fault = (fault{}); failed.err != nil {
		end, n, l.lastSeq = failed.begin, failed.n, failed.seq-1
	}
	h.buf, h.records = h.buf[:end], h.records[:n]
	h.most += w.most
	if failed.err != nil {
		l.breakTail(failed.err)
	}
}
