// SPDX-License-Identifier: Apache-2.0

package format

// Kind says what Decoder.Next found.
type Kind int

const (
	// More: the loaded bytes are used up.
	More Kind = iota
	// Record: a whole record.
	Record
	// Damage: bytes that are no record.
	Damage
	// End: a record that does not exist, because the next segment begins with
	// its sequence number or an earlier one. Nothing follows.
	End
)

// Item is what Decoder.Next found.
type Item struct {
	Kind    Kind
	Offset  int64 // of the first byte
	Bytes   int64
	Seq     uint64
	Time    int64
	Payload []byte // valid until the next call of Next or Load
	Reason  string // of Damage
	Torn    bool   // Damage that a write may have left that never ended
}

// Decoder finds the records in the bytes of one segment. It never fails: what
// is no record is damage, and after damage it goes on at the next block, or at
// the end of what was loaded if that comes first. Memory grows with fragments
// that passed their checksum, to MaxRecordBytes at most.
type Decoder struct {
	segment uint64
	limit   uint64
	data    []byte
	base    int64 // offset of data[0] in the segment
	pos     int
	ended   bool
	first   uint64
	proved  uint64

	// A record of which the last fragment is still to come.
	open  bool
	start int64
	seq   uint64
	time  int64
	body  []byte
}

// keepBytes is the record buffer that is kept for the next record.
const keepBytes = 1 << 20

// Reset starts anew at an offset of a segment. Records with sequence numbers
// from limit on do not exist.
func (d *Decoder) Reset(segment uint64, offset int64, limit uint64) {
	*d = Decoder{segment: segment, base: offset, limit: limit, body: d.body[:0]}
}

// Offset is where the next bytes to load begin, once Next returned More.
func (d *Decoder) Offset() int64 { return d.base + int64(d.pos) }

// Load gives the bytes that begin at Offset. They must end at the end of a
// block, of a record, or of the segment.
func (d *Decoder) Load(data []byte) {
	d.base = d.Offset()
	d.data, d.pos = data, 0
}

// First is the sequence number of the first whole fragment, 0 before there was
// one.
func (d *Decoder) First() uint64 { return d.first }

// Proved is the highest sequence number that whole fragments prove to have
// been appended, though the record itself may be unreadable.
func (d *Decoder) Proved() uint64 { return d.proved }

// Next returns what comes next in the loaded bytes.
func (d *Decoder) Next() Item {
	for {
		if d.ended {
			return Item{Kind: End}
		}
		if d.pos == len(d.data) {
			return Item{Kind: More}
		}
		offset := d.Offset()
		left := min(blockLeft(offset), len(d.data)-d.pos)
		if blockLeft(offset) < FragmentHeaderBytes {
			d.pos += left
			continue
		}
		rest := d.data[d.pos : d.pos+left]
		f, reason := decodeFragment(rest, d.segment, offset)
		if reason != "" {
			if more := d.proveRest(rest, offset); reason == reasonTorn && (more || !d.isInterrupted(f, rest, offset)) {
				reason = reasonEnd
			}
			d.pos += left
			return d.damage(offset, reason)
		}
		if d.first == 0 {
			d.first = f.seq
		}
		if f.seq >= d.limit {
			d.ended = true
			continue
		}
		if item, ok := d.take(f, offset); ok {
			return item
		}
	}
}

// Finish returns the damage that an unfinished record at the end of the
// segment is; ok is false when there is none.
func (d *Decoder) Finish() (item Item, ok bool) {
	if !d.open || d.ended {
		return Item{}, false
	}
	return d.damage(d.Offset(), reasonTorn), true
}

func (d *Decoder) take(f fragment, offset int64) (Item, bool) {
	beginning := f.kind == Full || f.kind == First
	if d.open && (beginning || f.seq != d.seq || f.time != d.time || len(d.body)+len(f.data) > MaxRecordBytes) {
		// The fragment itself is looked at again in the next round.
		return d.damage(offset, "record without its end"), true
	}
	d.pos += FragmentHeaderBytes + len(f.data)
	d.prove(f)
	if !d.open && !beginning {
		return d.damage(offset, "record without its beginning"), true
	}
	switch f.kind {
	case Full:
		return d.record(f, offset, f.data), true
	case First:
		if cap(d.body) > keepBytes {
			d.body = nil
		}
		d.open, d.start, d.seq, d.time = true, offset, f.seq, f.time
		d.body = append(d.body[:0], f.data...)
		return Item{}, false
	case Middle:
		d.body = append(d.body, f.data...)
		return Item{}, false
	}
	d.open = false
	d.body = append(d.body, f.data...)
	return d.record(f, d.start, d.body), true
}

// prove notes that a record was written to its end, or that the one before it
// was: a beginning alone may belong to an append that failed.
func (d *Decoder) prove(f fragment) {
	seq := f.seq
	if f.kind == First || f.kind == Middle {
		seq--
	}
	d.proved = max(d.proved, seq)
}

func (d *Decoder) record(f fragment, start int64, payload []byte) Item {
	return Item{Kind: Record, Offset: start, Bytes: d.Offset() - start, Seq: f.seq, Time: f.time, Payload: payload}
}

func (d *Decoder) damage(start int64, reason string) Item {
	if d.open {
		d.open = false
		start = d.start
	}
	torn := reason == reasonTorn || reason == reasonZeros
	return Item{Kind: Damage, Offset: start, Bytes: d.Offset() - start, Reason: reason, Torn: torn}
}
