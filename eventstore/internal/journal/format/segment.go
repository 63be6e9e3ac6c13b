// SPDX-License-Identifier: Apache-2.0

package format

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// SegmentHeaderBytes is the length of the header that a segment begins with.
const SegmentHeaderBytes = 48

const segmentMagic = "OTAJRNL\n"

// SegmentHeader says what a segment is.
type SegmentHeader struct {
	Segment  uint64 // number, also in the file's name
	FirstSeq uint64 // the sequence number that its first record has or would have had
	Created  int64  // nanoseconds since 1970
}

// AppendSegmentHeader appends the encoded header to dst.
func AppendSegmentHeader(dst []byte, h SegmentHeader) []byte {
	start := len(dst)
	dst = append(dst, segmentMagic...)
	dst = binary.LittleEndian.AppendUint32(dst, Version)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	dst = binary.LittleEndian.AppendUint64(dst, h.Segment)
	dst = binary.LittleEndian.AppendUint64(dst, h.FirstSeq)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(h.Created))
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	return binary.LittleEndian.AppendUint32(dst, checksum(dst[start:]))
}

// DecodeSegmentHeader reads the header at the start of data, the file whose
// name says number. The error is ErrVersion for a whole header of a version
// that is not Version; every version keeps magic, version and checksum where
// they are.
func DecodeSegmentHeader(data []byte, number uint64) (SegmentHeader, error) {
	if len(data) < SegmentHeaderBytes {
		return SegmentHeader{}, errors.New("header is truncated")
	}
	data = data[:SegmentHeaderBytes]
	if string(data[:8]) != segmentMagic {
		return SegmentHeader{}, errors.New("header does not begin with the magic bytes")
	}
	if binary.LittleEndian.Uint32(data[44:]) != checksum(data[:44]) {
		return SegmentHeader{}, errors.New("header fails its checksum")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != Version {
		return SegmentHeader{}, fmt.Errorf("%w %d, this build knows %d", ErrVersion, v, Version)
	}
	h := SegmentHeader{
		Segment:  binary.LittleEndian.Uint64(data[16:]),
		FirstSeq: binary.LittleEndian.Uint64(data[24:]),
		Created:  int64(binary.LittleEndian.Uint64(data[32:])),
	}
	if h.Segment != number {
		return SegmentHeader{}, fmt.Errorf("header is that of segment %d", h.Segment)
	}
	if h.FirstSeq == 0 || h.FirstSeq > MaxNumber {
		return SegmentHeader{}, fmt.Errorf("header has the sequence number %d", h.FirstSeq)
	}
	return h, nil
}

const (
	segmentSuffix = ".journal"
	segmentDigits = 20
)

// SegmentName is the file name of a segment.
func SegmentName(number uint64) string {
	return fmt.Sprintf("%0*d%s", segmentDigits, number, segmentSuffix)
}

// ParseSegmentName is the inverse of SegmentName; ok is false for any other
// name.
func ParseSegmentName(name string) (number uint64, ok bool) {
	digits, found := strings.CutSuffix(name, segmentSuffix)
	if !found || len(digits) != segmentDigits {
		return 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' || number > MaxNumber/10 {
			return 0, false
		}
		number = number*10 + uint64(c-'0')
	}
	return number, number > 0 && number <= MaxNumber
}
