// SPDX-License-Identifier: Apache-2.0

package format

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A checkpoint file has CheckpointSlots slots, each at the start of a page of
// its own, so that a torn write never reaches a second one.
const (
	CheckpointSlots     = 4
	CheckpointSlotBytes = 4096
	CheckpointFileBytes = CheckpointSlots * CheckpointSlotBytes
	CheckpointBytes     = 64
)

const checkpointMagic = "OTACKPT\n"

// Checkpoint says how far the journal is done.
type Checkpoint struct {
	Seq         uint64 // everything up to here is done
	Segment     uint64 // where the record after Seq begins, or one before it
	Offset      int64
	LastSeq     uint64 // the highest sequence number given out when this was written
	LastSegment uint64 // the highest segment number taken
}

// AppendCheckpoint appends the encoded checkpoint to dst.
func AppendCheckpoint(dst []byte, c Checkpoint) []byte {
	start := len(dst)
	dst = append(dst, checkpointMagic...)
	dst = binary.LittleEndian.AppendUint32(dst, Version)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	dst = binary.LittleEndian.AppendUint64(dst, c.Seq)
	dst = binary.LittleEndian.AppendUint64(dst, c.Segment)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(c.Offset))
	dst = binary.LittleEndian.AppendUint64(dst, c.LastSeq)
	dst = binary.LittleEndian.AppendUint64(dst, c.LastSegment)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	return binary.LittleEndian.AppendUint32(dst, checksum(dst[start:]))
}

// DecodeCheckpoint reads the checkpoint at the start of a slot. The error is
// ErrVersion for a whole one of a version that is not Version.
func DecodeCheckpoint(data []byte) (Checkpoint, error) {
	if len(data) < CheckpointBytes {
		return Checkpoint{}, errors.New("checkpoint is truncated")
	}
	data = data[:CheckpointBytes]
	if string(data[:8]) != checkpointMagic {
		return Checkpoint{}, errors.New("checkpoint does not begin with the magic bytes")
	}
	if binary.LittleEndian.Uint32(data[60:]) != checksum(data[:60]) {
		return Checkpoint{}, errors.New("checkpoint fails its checksum")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != Version {
		return Checkpoint{}, fmt.Errorf("%w %d, this build knows %d", ErrVersion, v, Version)
	}
	c := Checkpoint{
		Seq:         binary.LittleEndian.Uint64(data[16:]),
		Segment:     binary.LittleEndian.Uint64(data[24:]),
		Offset:      int64(binary.LittleEndian.Uint64(data[32:])),
		LastSeq:     binary.LittleEndian.Uint64(data[40:]),
		LastSegment: binary.LittleEndian.Uint64(data[48:]),
	}
	if max(c.Seq, c.Segment, c.LastSeq, c.LastSegment) > MaxNumber || c.Offset < 0 {
		return Checkpoint{}, errors.New("checkpoint is out of range")
	}
	return c, nil
}
