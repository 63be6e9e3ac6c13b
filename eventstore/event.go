// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"encoding/binary"
	"time"
)

// MaxDocumentBytes is the size of the largest document that a store takes: 16 MiB, the limit of MongoDB.
const MaxDocumentBytes = 16 << 20

// maxTypeBytes bounds Event.Type, which is for counting only.
const maxTypeBytes = 255

// usualTypeBytes is as long as nearly all names are: a longer one costs an append an allocation.
const usualTypeBytes = 64

// Event is one event to store.
type Event struct {
	// ID is the event's id, a UUID, and the document's _id.
	ID [16]byte
	// Type is the name under which the event is counted. It must come from a small set; the document
	// may contain a more precise name. Bytes after the first 255 are dropped.
	Type string
	// Document is the complete BSON document. Append does not keep it, and changes it only as described at Restamp.
	Document []byte
	// ReceivedAt is when the event was accepted. The age of a waiting event is measured from it. The zero time means the
	// moment of Append. A sink gets the time of the journal, in which no two events have the same time.
	ReceivedAt time.Time
	// Restamp is the position of ReceivedAt in Document: 8 bytes, a BSON date, in milliseconds since 1970. When an append waited for
	// space (Block), the store writes the time of the append there. 0 leaves the document unchanged.
	Restamp int
	// Refusal puts the event into quarantine when it is not nil.
	Refusal *Refusal
}

// waited puts now in the place of ReceivedAt, after a wait for space.
func (e *Event) waited(now time.Time) {
	e.ReceivedAt = now
	if e.Restamp > 0 && e.Restamp+8 <= len(e.Document) {
		binary.LittleEndian.PutUint64(e.Document[e.Restamp:], uint64(now.UnixMilli()))
	}
}

// received returns ReceivedAt in nanoseconds since 1970, 0 when it is not given.
func (e *Event) received() int64 {
	if e.ReceivedAt.IsZero() {
		return 0
	}
	return e.ReceivedAt.UnixNano()
}

// A journal record is the id, the length of the type in one byte, the type, the document, and the refusal of an event that has
// one. The id stands in front, so that no document has to be parsed to name the event.
const recordFixed = 16 + 1

// appendHead appends what stands before the document.
func (e *Event) appendHead(dst []byte) []byte {
	name := e.Type
	if len(name) > maxTypeBytes {
		name = name[:maxTypeBytes]
	}
	dst = append(dst, e.ID[:]...)
	dst = append(dst, byte(len(name)))
	return append(dst, name...)
}

// parseEvent splits a journal record. The event refers to record's memory.
func parseEvent(record []byte) (e Event, ok bool) {
	if len(record) < recordFixed {
		return e, false
	}
	n := int(record[16])
	if len(record) < recordFixed+n {
		return e, false
	}
	copy(e.ID[:], record)
	e.Type = string(record[recordFixed : recordFixed+n])
	e.Document = record[recordFixed+n:]
	if len(e.Document) < 5 {
		return e, false
	}
	switch size := uint64(binary.LittleEndian.Uint32(e.Document)); {
	case size == uint64(len(e.Document)):
		return e, true
	case size >= 5 && size < uint64(len(e.Document)):
		if e.Refusal, ok = parseTail(e.Document[size:]); ok {
			e.Document = e.Document[:size:size]
		}
		return e, ok
	default:
		return e, false
	}
}
