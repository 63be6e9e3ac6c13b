// SPDX-License-Identifier: Apache-2.0

package format

import (
	"bytes"
	"encoding/binary"
)

// proveRest looks for whole fragments in the rest of a block that begins with bytes that are no fragment. They are not
// delivered: what is lost is the rest of the block. They prove how many records that was, and that no write was
// interrupted here. It reports whether there are any.
func (d *Decoder) proveRest(rest []byte, offset int64) (found bool) {
	most := uint64(MaxNumber)
	if d.proved > 0 {
		most = min(most, d.proved+BlockBytes/FragmentHeaderBytes+1)
	}
	for at := 1; at+FragmentHeaderBytes <= len(rest); {
		kind, seq := Type(rest[at+6]), binary.LittleEndian.Uint64(rest[at+7:])
		if kind < Full || kind > Last || seq > most { // most bytes, without a checksum
			at++
			continue
		}
		f, reason := decodeFragment(rest[at:], d.segment, offset+int64(at))
		if reason != "" {
			at++
			continue
		}
		if f.seq >= d.limit {
			return found
		}
		d.prove(f)
		found = true
		at += FragmentHeaderBytes + len(f.data)
	}
	return found
}

// isInterrupted reports whether a write that never ended can have left the last bytes of a segment, which begin with the
// header of a fragment that is longer than they are. Then the header is that of the fragment that comes next. A damaged
// length looks the same as a whole fragment's beginning, so a length that makes the fragment whole is tried, too.
func (d *Decoder) isInterrupted(f fragment, rest []byte, offset int64) bool {
	if len(rest) < FragmentHeaderBytes {
		return true
	}
	if d.open && (f.kind != Middle && f.kind != Last || f.seq != d.seq || f.time != d.time) {
		return false
	}
	if !d.open && (f.kind != Full && f.kind != First || f.seq == 0 || f.seq > MaxNumber || d.proved > 0 && f.seq != d.proved+1) {
		return false
	}
	whole := bytes.Clone(rest)
	binary.LittleEndian.PutUint16(whole[4:], uint16(len(rest)-FragmentHeaderBytes))
	if f, reason := decodeFragment(whole, d.segment, offset); reason == "" {
		d.prove(f)
		return false
	}
	return true
}
