// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"math"
	"sort"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// unlimited is the limit of a segment that none follows.
const unlimited = math.MaxUint64

// segment is what is known in memory of one segment file. The mutex of the
// log guards it.
type segment struct {
	number uint64
	path   string

	created  int64 // as its header says; 0 without one
	firstSeq uint64
	lastSeq  uint64 // last that was acknowledged here; firstSeq-1 when none
	limit    uint64 // records from here on do not exist, whatever the file says
	start    int64  // where reading begins
	size     int64  // where it ends: behind the last acknowledged record
	modified int64  // when an earlier process last wrote to it; 0 when nobody knows
	bytes    int64  // what the file counts for against the bound
	marks    []mark

	headerDamage string // why the header is none; found by Open
	headerTorn   bool   // it was never written whole

	sealed  bool
	corrupt bool // to be kept aside, not deleted
	unread  bool // Open did not read all of it: it may be damaged

	// Durability.
	file     *sharedFile // open for writing; only the sync loop gives it up
	reserved int64       // how long the file can get, whatever fills the disk
	unsynced bool        // something changed since the last fsync began
	entered  bool        // its directory entry is durable
	synced   uint64      // durable up to here
	unnamed  error       // the file lost its name, and stays open for the reader
	failed   error       // an fsync failed: never durable past synced
}

// mark is the first record that begins in a block, or the first after the clock was set.
type mark struct {
	seq    uint64
	offset int64
	time   int64
	age    elapsed // of the journal when the record was appended; 0 for one of an earlier process
}

// note adds a record to the index.
func (s *segment) note(seq uint64, offset, time int64, age elapsed) {
	if n := len(s.marks); n > 0 && s.marks[n-1].offset/format.BlockBytes == offset/format.BlockBytes && !s.marks[n-1].drifted(time, age) {
		return
	}
	s.marks = append(s.marks, mark{seq, offset, time, age})
}

// find returns a place at or before the record seq, at most a block before it
// unless that record is longer than a block.
func (s *segment) find(seq uint64) mark {
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].seq > seq })
	if i == 0 {
		m := mark{seq: s.firstSeq, offset: s.start}
		if len(s.marks) > 0 {
			m.time, m.age = s.marks[0].time, s.marks[0].age
		}
		return m
	}
	return s.marks[i-1]
}

// loseName notes that the file of a segment has no name any more. It stays open: the
// reader finds its records nowhere else.
func (l *log) loseName(s *segment, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.unnamed = err
	if l.unnamed == nil || l.unnamed.number < s.number {
		l.unnamed = s
	}
}

// withoutName returns why records that are not done are in a file without a name, if
// any are.
func (l *log) withoutName() error {
	if l.unnamed == nil {
		return nil
	}
	if l.consumers.done() >= l.unnamed.lastSeq && l.unnamed.sealed {
		l.unnamed = nil
		return nil
	}
	return l.unnamed.unnamed
}

// closeSegments closes the files that no sync pass took up, as there was none while the
// directory was not in its place.
func (l *log) closeSegments() error {
	var err error
	for _, s := range l.segments {
		if s.file != nil {
			err = errors.Join(err, s.file.Close())
			s.file = nil
		}
	}
	return err
}
