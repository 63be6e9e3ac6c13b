// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Refusal makes a store put an event into quarantine instead of delivering it. The event is accepted, is as durable as any
// other, and counts as quarantined. No sink and no [Consumer] gets it, until [Store.ReplayQuarantine] with [ReplayRefused] puts it
// back. [Config.QuarantineBytes] bounds the quarantine file.
type Refusal struct {
	// Reason is a word from a small set, of at most 255 bytes. Events are counted by it.
	Reason string
	// Message describes the problem with the event, for people.
	Message string
}

// A refusal stands behind the document in a journal record: its version, the length of the reason, the reason and the message. A
// version of the SDK that does not know it takes the record for one that it cannot read, and puts it into quarantine, too.
const (
	refusalVersion = 1
	refusalFixed   = 2
	maxReasonBytes = 255
)

// tail returns what stands behind the document in the event's record.
func (e *Event) tail() []byte {
	if e.Refusal == nil {
		return nil
	}
	reason := e.Refusal.reason()
	tail := append(make([]byte, 0, refusalFixed+len(reason)+len(e.Refusal.Message)), refusalVersion, byte(len(reason)))
	return append(append(tail, reason...), e.Refusal.Message...)
}

// reason is what the journal has of the reason.
func (r *Refusal) reason() string { return r.Reason[:min(len(r.Reason), maxReasonBytes)] }

// parseTail is the opposite of tail.
func parseTail(tail []byte) (*Refusal, bool) {
	if len(tail) < refusalFixed || tail[0] != refusalVersion || len(tail) < refusalFixed+int(tail[1]) {
		return nil, false
	}
	message := refusalFixed + int(tail[1])
	return &Refusal{Reason: string(tail[refusalFixed:message]), Message: string(tail[message:])}, true
}

// refuse gives the event the reason and the message of its refusal.
func (e *pending) refuse() {
	e.reason, e.message = e.Refusal.reason(), e.Refusal.Message
}

// withoutRefusals splits events into those that a sink is asked about, in the memory of events, and those with a refusal.
func withoutRefusals(events []*pending) (sound, refused []*pending) {
	if !slices.ContainsFunc(events, func(e *pending) bool { return e.Refusal != nil }) {
		return events, nil
	}
	for _, e := range events {
		if e.Refusal != nil {
			refused = append(refused, e)
		}
	}
	return slices.DeleteFunc(events, func(e *pending) bool { return e.Refusal != nil }), refused
}

// room is what the quarantine has left for events with a refusal. Those on their way through the journal have theirs reserved.
type room struct {
	mu       sync.Mutex // guards reserved and size
	reserved int64
	size     int64 // of the lines, when the last of them were written for which room was reserved

	since uint64 // events of earlier processes, up to this sequence number, have none
}

// reserve takes the room that the line of an event needs.
func (s *Store) reserve(e *Event) error {
	need, r := lineBytes(e), &s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reserved == 0 { // else a line that is just written would count twice
		r.size = s.quarantine.lines.size()
	}
	if r.size+r.reserved+need > s.quarantineBytes() {
		return fmt.Errorf("%w: %d of at most %d bytes; replay it or remove lines, or raise Config.QuarantineBytes (journal.max_quarantine)",
			ErrQuarantineFull, r.size+r.reserved, s.quarantineBytes())
	}
	r.reserved += need
	return nil
}

// release gives back the room of an event that was not accepted.
func (s *Store) release(e *Event) {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	s.room.reserved -= lineBytes(e)
}

// releaseDone gives back the room of events that are done.
func (s *Store) releaseDone(o *outcome) {
	n := int64(0)
	for _, events := range o.all() {
		for _, e := range events {
			if e.Refusal != nil && e.seq > s.room.since {
				n += lineBytes(&e.Event)
			}
		}
	}
	if n == 0 {
		return
	}
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	s.room.reserved -= n
	s.room.size = s.quarantine.lines.size()
}

// quarantineBytes is the bound of the quarantine.
func (s *Store) quarantineBytes() int64 {
	if s.inMemory() {
		return s.config.MemoryBytes / memoryQuarantine
	}
	return s.config.QuarantineBytes
}

// timeBytes is about what the time of a line takes.
const timeBytes = 32

// lineBytes returns about how long the line of an event is, and the same each time.
func lineBytes(e *Event) int64 {
	p := pending{Event: *e}
	p.Type = p.Type[:min(len(p.Type), maxTypeBytes)] // as the journal has it
	p.refuse()
	line, err := p.line(time.Time{})
	if err != nil {
		return int64(2 * len(e.Document))
	}
	return int64(len(line)) + timeBytes
}
