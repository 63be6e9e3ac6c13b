// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sort"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// half is one of the two halves of the tail. It has the bytes of records as they
// will lie in a segment, in the mapped file and in the heap. One write takes them
// from the heap to the segment.
type half struct {
	at   int64 // of its header in the file
	room int   // for records, in bytes

	segment *segment // where its records belong
	start   int64    // the offset there of the first one
	first   uint64   // its sequence number
	buf     []byte
	records []staged
	taken   int     // so many of the records are in segments
	done    int     // and so many bytes of buf
	since   elapsed // when the first of the others was appended
	most    int64   // that the others take in a segment, at most
}

// terminatorBytes are zeroed behind the last record in the file: wherever the next
// one can begin, there is none. What an earlier record left there, whatever its
// payload is, cannot be taken for one.
const terminatorBytes = 32

// newHalf returns a half of the tail.
func newHalf(i int) half {
	begin, end := format.Half(i)
	room := int(end - begin - format.HalfHeaderBytes)
	return half{at: begin, room: room, buf: make([]byte, 0, room+terminatorBytes)}
}

// end is the offset in the segment behind the last record.
func (h *half) end() int64 { return h.start + int64(len(h.buf)) }

// fits reports whether the half has room for a record that takes that many bytes.
func (h *half) fits(most int64) bool { return int64(len(h.buf))+most <= fullBytes }

// unwritten is how many bytes of the half are in no segment. It may be nil.
func (h *half) unwritten() int64 {
	if h == nil {
		return 0
	}
	return int64(len(h.buf) - h.done)
}

// waits reports whether a record of the half is in no segment. It may be nil.
func (h *half) waits() bool { return h != nil && h.taken < len(h.records) }

// written notes that everything up to a sequence number is in segments.
func (h *half) written(seq uint64) {
	if seq < h.first {
		return
	}
	if h.taken = min(len(h.records), int(seq-h.first)+1); h.taken == 0 {
		return
	}
	h.done = h.records[h.taken-1].end
	if h.taken == len(h.records) {
		h.most = 0
	}
}

// last is the sequence number of the last record.
func (h *half) last() uint64 { return h.first + uint64(len(h.records)) - 1 }

// decode returns a decoder of the records that are in no segment.
func (h *half) decode() *format.Decoder { return h.decodeFrom(h.taken) }

func (h *half) decodeFrom(i int) *format.Decoder {
	begin := 0
	if i > 0 {
		begin = h.records[i-1].end
	}
	d := new(format.Decoder)
	d.Reset(h.segment.number, h.start+int64(begin), unlimited)
	d.Load(h.buf[begin:])
	return d
}

// adopted are the records that an earlier process left in its tail. Numbers between
// them may be missing, and are lost.
type adopted struct {
	records []Entry
	behind  uint64 // what follows the last one up to this number is lost; 0 when nothing does
}

// from returns the records from a sequence number on.
func (a *adopted) from(seq uint64) []Entry {
	return a.records[sort.Search(len(a.records), func(i int) bool { return a.records[i].Seq >= seq }):]
}
