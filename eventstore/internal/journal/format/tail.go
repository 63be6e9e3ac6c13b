// SPDX-License-Identifier: Apache-2.0

package format

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The tail is a file of TailBytes: a header, and two halves. Each half has a header
// and the bytes of some records, exactly as they lie in a segment from an offset on.
const (
	// TailVersion is the version of the tails that are written. Version 1, a segment
	// with the number 0, is read too.
	TailVersion = 2
	// TailBytes is the length of the file.
	TailBytes = TailHalves * tailHalfBytes
	// TailHalves is how many halves there are.
	TailHalves = 2
	// HalfHeaderBytes is the length of the header of a half.
	HalfHeaderBytes = 64
	tailHalfBytes   = 2 * BlockBytes
	// tailHeaderBytes is what the header of the file takes. Its first
	// SegmentHeaderBytes are those of a header that readers of version 1 find whole.
	tailHeaderBytes = 64
)

const halfMagic = "OTAHALF\n"

// Half returns where a half begins in the tail, with its header, and where it ends.
func Half(i int) (begin, end int64) {
	if i == 0 {
		return tailHeaderBytes, tailHalfBytes
	}
	return tailHalfBytes, TailBytes
}

// AppendTailHeader appends the header of the file to dst.
func AppendTailHeader(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, segmentMagic...)
	dst = binary.LittleEndian.AppendUint32(dst, TailVersion)
	dst = append(dst, make([]byte, SegmentHeaderBytes-16)...)
	dst = binary.LittleEndian.AppendUint32(dst, checksum(dst[start:]))
	return append(dst, make([]byte, tailHeaderBytes-SegmentHeaderBytes)...)
}

// DecodeTailHeader returns the version of the tail that begins with data. The error
// is ErrVersion for a whole header of a later version.
func DecodeTailHeader(data []byte) (version int, err error) {
	if len(data) < SegmentHeaderBytes {
		return 0, errors.New("header is truncated")
	}
	if string(data[:8]) != segmentMagic {
		return 0, errors.New("header does not begin with the magic bytes")
	}
	if binary.LittleEndian.Uint32(data[44:]) != checksum(data[:44]) {
		return 0, errors.New("header fails its checksum")
	}
	v := binary.LittleEndian.Uint32(data[8:])
	if v != 1 && v != TailVersion {
		return 0, fmt.Errorf("%w %d of a tail, this build knows those up to %d", ErrVersion, v, TailVersion)
	}
	return int(v), nil
}

// HalfHeader says where the records of a half belong.
type HalfHeader struct {
	Segment  uint64 // the number of the segment
	Offset   int64  // in the segment, of the first record
	FirstSeq uint64 // its sequence number
	Written  uint64 // everything up to here was in segments when the half began
}

// AppendHalfHeader appends the encoded header to dst.
func AppendHalfHeader(dst []byte, h HalfHeader) []byte {
	start := len(dst)
	dst = append(dst, halfMagic...)
	dst = binary.LittleEndian.AppendUint64(dst, h.Segment)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(h.Offset))
	dst = binary.LittleEndian.AppendUint64(dst, h.FirstSeq)
	dst = binary.LittleEndian.AppendUint64(dst, h.Written)
	var zeros [HalfHeaderBytes - 44]byte
	dst = append(dst, zeros[:]...)
	return binary.LittleEndian.AppendUint32(dst, checksum(dst[start:]))
}

// DecodeHalfHeader reads the header at the start of data.
func DecodeHalfHeader(data []byte) (HalfHeader, error) {
	if len(data) < HalfHeaderBytes {
		return HalfHeader{}, errors.New("header is truncated")
	}
	data = data[:HalfHeaderBytes]
	if string(data[:8]) != halfMagic {
		return HalfHeader{}, errors.New("header does not begin with the magic bytes")
	}
	if binary.LittleEndian.Uint32(data[60:]) != checksum(data[:60]) {
		return HalfHeader{}, errors.New("header fails its checksum")
	}
	h := HalfHeader{
		Segment:  binary.LittleEndian.Uint64(data[8:]),
		Offset:   int64(binary.LittleEndian.Uint64(data[16:])),
		FirstSeq: binary.LittleEndian.Uint64(data[24:]),
		Written:  binary.LittleEndian.Uint64(data[32:]),
	}
	if h.Segment == 0 || h.Offset < SegmentHeaderBytes || h.FirstSeq == 0 || max(h.Segment, uint64(h.Offset), h.FirstSeq) > MaxNumber || h.Written >= h.FirstSeq {
		return HalfHeader{}, errors.New("header is out of range")
	}
	return h, nil
}
