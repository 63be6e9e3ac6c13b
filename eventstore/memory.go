// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

const (
	// memorySegments is how many segments a full journal in memory has: room is freed by whole ones.
	memorySegments = 32
	// memoryQuarantine is the part of Config.MemoryBytes that the quarantine has beside the journal.
	memoryQuarantine = 8
)

// errEndedInMemory is what those get who still wait when a store in memory shuts down.
var errEndedInMemory = fmt.Errorf("%w: the store, which is in memory, was shut down", ErrLost)

// placeInMemory has the journal and the quarantine in memory.
func (s *Store) placeInMemory(o *journal.Options) {
	o.FS, o.MaxBytes = filesystem.Memory(), s.config.MemoryBytes
	o.SegmentBytes = max(o.MaxBytes/memorySegments/format.BlockBytes, 1) * format.BlockBytes
	for _, outlet := range s.outlets() {
		outlet.quarantine.lines = &linesInMemory{bound: int(s.config.MemoryBytes / memoryQuarantine)}
	}
}

// quarantineInMemory puts the refused events into quarantine for which there is room. The others are lost: if they waited, they
// would keep the journal full.
func (w *writer) quarantineInMemory(events []*pending) {
	s := w.to
	var placed, lost []*pending
	var cause error
	for _, e := range events {
		if err := s.quarantine.add([]*pending{e}, 0); err != nil {
			lost, cause = append(lost, e), err
			continue
		}
		placed = append(placed, e)
	}
	w.placed(placed)
	if len(lost) == 0 {
		s.conditions.quarantine.End()
		return
	}
	s.settle(&outcome{lost: lost})
	s.tally.failed("quarantine", "quarantine: "+cause.Error())
	for _, e := range lost {
		s.conditions.quarantine.Note("", 1, slog.String("event_type", e.Type), slog.String("reason", e.reason), slog.Any("error", cause))
	}
}

// endInMemory counts what a store in memory leaves behind as lost, and returns the error that Shutdown has for it. Nothing can
// be appended or delivered any more.
func (s *Store) endInMemory(cause error) error {
	lost, others := s.tally.endInMemory(s.journal), s.endSinksInMemory()
	if n := s.quarantine.count(); n > 0 {
		s.log.sink.Warn("the quarantine was in memory, and is gone; its events were logged and counted as quarantined",
			slog.Int64("events", n))
	}
	if lost == 0 {
		return others
	}
	s.log.journal.Error("events are lost: the sink did not have them when the store, which is in memory, was shut down", slog.Int64("events", lost))
	err := fmt.Errorf("%w: %d of a store in memory%s", ErrLost, lost, s.latestError())
	if cause != nil {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return errors.Join(err, others)
}

// latestError says what was last wrong, if that is recent, for the end of a message.
func (o *outlet) latestError() string {
	text, at := o.tally.latest()
	if text == "" || time.Since(at) >= latestHolds {
		return ""
	}
	return fmt.Sprintf("; the last error, %v ago: %s", time.Since(at).Truncate(time.Millisecond), text)
}

// count counts the events in quarantine.
func (q *quarantine) count() (n int64) {
	from, err := q.open()
	if err != nil {
		return 0
	}
	defer from.Close()
	_ = each(from, func([]byte) error { n++; return nil })
	return n
}

// errQuarantineFull says that the lines of a quarantine in memory are at their bound.
var errQuarantineFull = errors.New("the quarantine in memory is full, and further refused events are lost; " +
	"find out why events are refused, or raise Config.MemoryBytes")
