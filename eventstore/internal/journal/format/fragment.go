// SPDX-License-Identifier: Apache-2.0

package format

import (
	"bytes"
	"encoding/binary"
)

// FragmentHeaderBytes is what each fragment costs besides its data. A block
// with less than that left is filled with zeros.
const FragmentHeaderBytes = 23

// Type says which part of a record a fragment is. The names are those of
// LevelDB's log. Values from 16 on are reserved for flags.
type Type byte

// Zero is no type, so that zeros are never a fragment.
const (
	Full Type = 1 + iota
	First
	Middle
	Last
)

type fragment struct {
	kind Type
	seq  uint64
	time int64
	data []byte
}

// Reasons for which bytes are no fragment.
const (
	reasonTorn     = "truncated"
	reasonZeros    = "zeros"
	reasonCleared  = "zeros in front of data"
	reasonLength   = "length leads past the block"
	reasonEnd      = "length leads past the end"
	reasonChecksum = "checksum differs"
	reasonType     = "unknown type"
	reasonSequence = "sequence number out of range"
)

// decodeFragment reads the fragment at offset, of which block is the rest of
// the block, or what there is of it. The reason is empty when it is whole. Of one
// that is truncated, f is what the header says, without data.
func decodeFragment(block []byte, segment uint64, offset int64) (f fragment, reason string) {
	if len(block) < FragmentHeaderBytes {
		return f, reasonTorn
	}
	length := int(binary.LittleEndian.Uint16(block[4:]))
	if block[6] == 0 && length == 0 && binary.LittleEndian.Uint32(block) == 0 {
		if len(bytes.Trim(block, "\x00")) > 0 {
			return f, reasonCleared
		}
		return f, reasonZeros
	}
	end := FragmentHeaderBytes + length
	if end > blockLeft(offset) {
		return f, reasonLength
	}
	f = fragment{
		kind: Type(block[6]),
		seq:  binary.LittleEndian.Uint64(block[7:]),
		time: int64(binary.LittleEndian.Uint64(block[15:])),
	}
	if end > len(block) {
		return f, reasonTorn
	}
	if binary.LittleEndian.Uint32(block) != placedChecksum(segment, offset, block[4:end]) {
		return f, reasonChecksum
	}
	f.data = block[FragmentHeaderBytes:end]
	if f.kind < Full || f.kind > Last {
		return f, reasonType
	}
	if f.seq == 0 || f.seq > MaxNumber {
		return f, reasonSequence
	}
	return f, ""
}

// blockLeft is the number of bytes from offset to the end of its block.
func blockLeft(offset int64) int { return int(BlockBytes - offset%BlockBytes) }
