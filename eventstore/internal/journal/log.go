// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sort"
	"sync"
)

// log is what is appended to: segments, the last of which is being written, and
// the tail in front of them.
type log struct {
	dir            string
	fs             FS
	opt            Options
	place          *location
	birth          birth
	first          *progress // of the first consumer
	consumers      *consumers
	checkpointFile *checkpointFile // of which log only makes sure that there is one
	wakeSyncer     signal

	// mu guards everything below, what the segments point to, and the creation
	// of the checkpoint's file. It is held during write(2) of what goes to a segment directly, never
	// during that of a half or an fsync.
	mu          sync.Mutex
	closed      bool       // no append any more
	segments    []*segment // by number; current, when there is one, is the last
	current     *segment
	nextSegment uint64
	bytes       int64 // of all segments
	lastSeq     uint64
	lastTime    int64
	inherited   uint64 // the last of an earlier process
	written     uint64 // the last that is in a segment; what follows is in the tail
	tail        tail
	staging     staging
	room        room

	hasDamaged bool // there is a folder for corrupt segments

	unnamed *segment // the last whose file lost its name, while something in it is not done

	dirty       bool       // something needs a sync pass
	unsynced    []*segment // sealed and not fsynced yet, in order
	truncateDue bool       // something can be deleted, and nobody waits for that
	givenUp     []string   // consumers of earlier processes, of which the owner does not know yet
}

// close refuses all appends from now on. It reports whether this is the first call.
func (l *log) close() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := !l.closed
	l.closed = true
	return first
}

// given returns the last sequence number that was given out, and the last of those
// that are in a segment.
func (l *log) given() (last, written uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lastSeq, l.written
}

// pending reports whether something needs a sync pass, and whether something can
// be deleted that nobody waits for.
func (l *log) pending() (dirty, truncate bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dirty, l.truncateDue
}

// markUnsynced marks a segment for the next sync pass.
func (l *log) markUnsynced(s *segment) {
	s.unsynced = true
	l.markDirty()
}

// markDirty says that something needs a sync pass, and wakes the sync loop.
func (l *log) markDirty() {
	if !l.dirty {
		l.dirty = true
		l.wakeSyncer.send()
	}
}

// nextReadable returns the first segment whose number is above the given one
// and that has a record after the sequence number done; nil when there is none.
func (l *log) nextReadable(number, done uint64) *segment {
	i := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].number > number })
	for ; i < len(l.segments); i++ {
		if s := l.segments[i]; s.size > s.start && s.lastSeq > done {
			return s
		}
	}
	return nil
}

// markCorrupt notes damage in a segment, and reports whether it is the first.
// Nothing more is written to the segment: damage costs the rest of its block to
// whoever reads the file again.
func (l *log) markCorrupt(s *segment) (first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first = !s.corrupt
	s.corrupt = true
	if s == l.current {
		l.seal()
	}
	return first
}
