// SPDX-License-Identifier: Apache-2.0

package format

import "encoding/binary"

// RecordBytes is what a record of n bytes takes when it is written at offset:
// the zeros before it, its fragment headers and itself.
func RecordBytes(offset int64, n int) int64 {
	at := offset
	for {
		left := blockLeft(at)
		if left < FragmentHeaderBytes {
			at += int64(left)
			left = BlockBytes
		}
		take := min(n, left-FragmentHeaderBytes)
		at += int64(FragmentHeaderBytes + take)
		n -= take
		if n == 0 {
			return at - offset
		}
	}
}

// MostRecordBytes is what a record of n bytes takes at most, wherever it is
// written.
func MostRecordBytes(n int) int64 {
	return int64(n + FragmentHeaderBytes*(n/(BlockBytes-FragmentHeaderBytes)+2) + FragmentHeaderBytes - 1)
}

// AppendRecord appends to dst the bytes of a record that is written at offset
// of a segment. The payload is the concatenation of parts. seq and time
// together name the record: no two records of a journal that were ever written
// to the same offset may have both in common, or what a refused append left
// behind could be taken for the continuation of another record.
func AppendRecord(dst []byte, segment uint64, offset int64, seq uint64, time int64, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	var part []byte
	for first := true; ; first = false {
		left := blockLeft(offset)
		if left < FragmentHeaderBytes {
			var zeros [FragmentHeaderBytes]byte
			dst = append(dst, zeros[:left]...)
			offset += int64(left)
			left = BlockBytes
		}
		take := min(n, left-FragmentHeaderBytes)
		n -= take
		start := len(dst)
		dst = append(dst, 0, 0, 0, 0, byte(take), byte(take>>8), byte(typeOf(first, n == 0)))
		dst = binary.LittleEndian.AppendUint64(dst, seq)
		dst = binary.LittleEndian.AppendUint64(dst, uint64(time))
		for rest := take; rest > 0; {
			if len(part) == 0 {
				part, parts = parts[0], parts[1:]
			}
			k := min(rest, len(part))
			dst = append(dst, part[:k]...)
			part = part[k:]
			rest -= k
		}
		binary.LittleEndian.PutUint32(dst[start:], placedChecksum(segment, offset, dst[start+4:]))
		offset += int64(FragmentHeaderBytes + take)
		if n == 0 {
			return dst
		}
	}
}

func typeOf(first, last bool) Type {
	switch {
	case first && last:
		return Full
	case first:
		return First
	case last:
		return Last
	}
	return Middle
}
