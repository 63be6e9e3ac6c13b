// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"encoding/binary"
	"math"
)

// Types of BSON elements (https://bsonspec.org/spec.html).
const (
	typeDouble = 0x01
	typeString = 0x02
	typeInt64  = 0x12
)

// AppendBSON appends what is recorded as a document, without an allocation. The packages of the SDK that do the same are
// internal: this module may be used with another version of the SDK than its own.
func (c *call) AppendBSON(dst []byte) ([]byte, error) {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0) // the length
	dst = appendString(dst, "method", c.method.name)
	if c.method != unregistered {
		dst = appendString(dst, "kind", c.method.kind)
	}
	dst = appendString(dst, "status", c.status)
	dst = appendUint64(dst, typeDouble, "duration", math.Float64bits(c.duration))
	dst = appendUint64(dst, typeInt64, "received", uint64(c.received.Load()))
	dst = appendUint64(dst, typeInt64, "sent", uint64(c.sent.Load()))
	dst = appendUint64(dst, typeInt64, "size", uint64(c.size.Load()))
	dst = append(dst, 0)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst, nil
}

func appendName(dst []byte, kind byte, name string) []byte {
	return append(append(append(dst, kind), name...), 0)
}

func appendString(dst []byte, name, s string) []byte {
	dst = appendName(dst, typeString, name)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)+1))
	return append(append(dst, s...), 0)
}

func appendUint64(dst []byte, kind byte, name string, bits uint64) []byte {
	return binary.LittleEndian.AppendUint64(appendName(dst, kind, name), bits)
}
