// SPDX-License-Identifier: Apache-2.0

package format

import (
	"bytes"
	"errors"
	"testing"
)

// segmentOf writes records into a segment and returns its bytes.
func segmentOf(number uint64, payloads ...[]byte) []byte {
	data := AppendSegmentHeader(nil, SegmentHeader{Segment: number, FirstSeq: 1, Created: 7})
	for i, p := range payloads {
		data = AppendRecord(data, number, int64(len(data)), uint64(i+1), int64(100+i), p)
	}
	return data
}

// decode reads all of it.
func decode(number uint64, data []byte, limit uint64) (records, damage []Item) {
	var d Decoder
	d.Reset(number, SegmentHeaderBytes, limit)
	d.Load(data[min(len(data), SegmentHeaderBytes):])
	for {
		item := d.Next()
		switch item.Kind {
		case Record:
			item.Payload = bytes.Clone(item.Payload)
			records = append(records, item)
			continue
		case Damage:
			damage = append(damage, item)
			continue
		}
		if item, ok := d.Finish(); ok {
			damage = append(damage, item)
		}
		return records, damage
	}
}

// Every way in which a record can meet the end of a block.
func TestRecordAtEveryDistanceFromTheEndOfABlock(t *testing.T) {
	second := []byte("the second record, longer than a header")
	for left := range 100 {
		first := make([]byte, BlockBytes-SegmentHeaderBytes-FragmentHeaderBytes-left)
		data := segmentOf(3, first, second, nil, second)
		records, damage := decode(3, data, MaxNumber)
		if len(records) != 4 || len(damage) != 0 || !bytes.Equal(records[1].Payload, second) || !bytes.Equal(records[3].Payload, second) {
			t.Fatalf("%d bytes left: %d records, damage %v", left, len(records), damage)
		}
		at := int64(SegmentHeaderBytes)
		for _, n := range []int{len(first), len(second), 0, len(second)} {
			at += RecordBytes(at, n)
		}
		if at != int64(len(data)) {
			t.Fatalf("%d bytes left: RecordBytes says %d, wrote %d", left, at, len(data))
		}
	}
}

// No byte can change without the change being noticed, and none that changed
// is ever delivered.
func TestEveryBitCounts(t *testing.T) {
	a, b, c := bytes.Repeat([]byte("a"), 200), bytes.Repeat([]byte("b"), 100), []byte("c")
	data := segmentOf(3, a, b, c)
	for i := SegmentHeaderBytes; i < len(data); i++ {
		for bit := range 8 {
			changed := bytes.Clone(data)
			changed[i] ^= 1 << bit
			records, damage := decode(3, changed, MaxNumber)
			if len(records) == 3 || len(damage) == 0 {
				t.Fatalf("byte %d bit %d is not noticed", i, bit)
			}
			for n, r := range records {
				if !bytes.Equal(r.Payload, [][]byte{a, b, c}[n]) {
					t.Fatalf("byte %d bit %d is delivered", i, bit)
				}
			}
		}
	}
	for i := range SegmentHeaderBytes {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if _, err := DecodeSegmentHeader(changed, 3); err == nil {
			t.Fatalf("header byte %d is not noticed", i)
		}
	}
}

func TestBytesElsewhereAreDamage(t *testing.T) {
	p := bytes.Repeat([]byte("p"), 500)
	data := segmentOf(3, p, p, p)
	size := FragmentHeaderBytes + len(p)
	if records, _ := decode(4, data, MaxNumber); len(records) != 0 {
		t.Error("another segment's records are read")
	}
	moved := bytes.Clone(data)
	copy(moved[SegmentHeaderBytes:], data[SegmentHeaderBytes+size:SegmentHeaderBytes+2*size])
	if records, _ := decode(3, moved, MaxNumber); len(records) != 0 {
		t.Error("a record is read where another was")
	}
}

// A refused append can leave the continuation of a record at the place where
// that of another one, with the same sequence number, belongs.
func TestFragmentsOfTwoRecordsAreNotJoined(t *testing.T) {
	long := make([]byte, 2*BlockBytes)
	refused := AppendRecord(nil, 1, SegmentHeaderBytes, 1, 100, long)
	written := AppendRecord(nil, 1, SegmentHeaderBytes, 1, 101, long)
	header := AppendSegmentHeader(nil, SegmentHeader{Segment: 1, FirstSeq: 1})
	mixed := append(append(header, written[:BlockBytes-SegmentHeaderBytes]...), refused[BlockBytes-SegmentHeaderBytes:]...)
	if records, _ := decode(1, mixed, MaxNumber); len(records) != 0 {
		t.Fatal("a record of two halves is delivered")
	}
}

func TestLimitEndsASegment(t *testing.T) {
	records, damage := decode(1, segmentOf(1, []byte("1"), []byte("2"), []byte("3")), 3)
	if len(records) != 2 || len(damage) != 0 {
		t.Fatalf("%d records, %v", len(records), damage)
	}
}

func TestDecoderMemoryIsBounded(t *testing.T) {
	// Middle fragments without end, all of them whole.
	data := AppendSegmentHeader(nil, SegmentHeader{Segment: 1, FirstSeq: 1})
	huge := AppendRecord(nil, 1, int64(len(data)), 1, 1, make([]byte, MaxRecordBytes+10*BlockBytes))
	records, damage := decode(1, append(data, huge...), MaxNumber)
	if len(records) != 0 || len(damage) == 0 {
		t.Fatalf("%d records, %d damaged places", len(records), len(damage))
	}
}

func TestSegmentName(t *testing.T) {
	tests := []struct {
		name   string
		number uint64
		ok     bool
	}{
		{"00000000000000000001.journal", 1, true},
		{SegmentName(MaxNumber), MaxNumber, true},
		{"00000000000000000000.journal", 0, false},
		{"99999999999999999999.journal", 0, false},
		{"0000000000000000001.journal", 0, false},
		{"0000000000000000000x.journal", 0, false},
		{"00000000000000000001.journal.tmp", 0, false},
		{"-0000000000000000001.journal", 0, false},
		{"", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			number, ok := ParseSegmentName(tt.name)
			if ok != tt.ok || ok && number != tt.number {
				t.Fatalf("%d, %v", number, ok)
			}
		})
	}
}

func TestHeaderOfAnotherSegment(t *testing.T) {
	data := AppendSegmentHeader(nil, SegmentHeader{Segment: 3, FirstSeq: 1})
	if _, err := DecodeSegmentHeader(data, 4); err == nil || errors.Is(err, ErrVersion) {
		t.Fatal(err)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(segmentOf(1, []byte("a"), make([]byte, 100)), uint64(9))
	f.Add(segmentOf(1, make([]byte, BlockBytes), []byte("b")), uint64(2))
	f.Add([]byte{}, uint64(0))
	f.Fuzz(func(t *testing.T, data []byte, limit uint64) {
		records, _ := decode(1, data, limit)
		for _, r := range records {
			// Whatever is read is what a writer writes at that place.
			again := AppendRecord(nil, 1, r.Offset, r.Seq, r.Time, r.Payload)
			if len(again) != int(r.Bytes) || !bytes.Equal(again, data[r.Offset:r.Offset+r.Bytes]) {
				t.Fatalf("record %d at %d is not what is there", r.Seq, r.Offset)
			}
		}
	})
}
