// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/binary"
	"math"
)

// The BSON element types that this package writes by itself or looks at.
const (
	TypeDouble        = 0x01
	TypeString        = 0x02
	TypeDocument      = 0x03
	TypeArray         = 0x04
	TypeBinary        = 0x05
	TypeUndefined     = 0x06
	TypeCodeWithScope = 0x0F
	TypeBool          = 0x08
	TypeDateTime      = 0x09
	TypeNull          = 0x0A
	TypeInt32         = 0x10
	TypeInt64         = 0x12

	typeObjectID  = 0x07
	typeRegex     = 0x0B
	typeDBPointer = 0x0C
	typeCode      = 0x0D
	typeSymbol    = 0x0E
	typeDecimal   = 0x13
)

// subtypeUUID is the binary subtype of a UUID.
const subtypeUUID = 0x04

// Begin starts a document at the end of dst and returns where, for [End].
func Begin(dst []byte) ([]byte, int) {
	return append(dst, 0, 0, 0, 0), len(dst)
}

// End completes the document that starts at start.
func End(dst []byte, start int) []byte {
	dst = append(dst, 0)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst
}

// Header appends an element's type and key. The key must not hold a NUL byte.
func Header(dst []byte, elementType byte, key string) []byte {
	dst = append(dst, elementType)
	dst = append(dst, key...)
	return append(dst, 0)
}

// String appends a string element, with U+FFFD in place of bytes that are not UTF-8.
func String(dst []byte, key, s string) []byte {
	return StringValue(Header(dst, TypeString, key), s)
}

// StringValue appends the value of a string element behind its type and key.
func StringValue(dst []byte, s string) []byte {
	s = cleanText(s)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)+1))
	dst = append(dst, s...)
	return append(dst, 0)
}

// Int32 appends a 32-bit integer element.
func Int32(dst []byte, key string, i int32) []byte {
	return binary.LittleEndian.AppendUint32(Header(dst, TypeInt32, key), uint32(i))
}

// Int64 appends a 64-bit integer element.
func Int64(dst []byte, key string, i int64) []byte {
	return binary.LittleEndian.AppendUint64(Header(dst, TypeInt64, key), uint64(i))
}

// Int appends an integer as the driver does a Go int: with 32 bits when it fits.
func Int(dst []byte, key string, i int64) []byte {
	if i >= math.MinInt32 && i <= math.MaxInt32 {
		return Int32(dst, key, int32(i))
	}
	return Int64(dst, key, i)
}

// Double appends a floating-point element.
func Double(dst []byte, key string, f float64) []byte {
	return binary.LittleEndian.AppendUint64(Header(dst, TypeDouble, key), math.Float64bits(f))
}

// Bool appends a boolean element.
func Bool(dst []byte, key string, b bool) []byte {
	dst = Header(dst, TypeBool, key)
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// Null appends a null element.
func Null(dst []byte, key string) []byte { return Header(dst, TypeNull, key) }

// DateTime appends a date in milliseconds since the Unix epoch.
func DateTime(dst []byte, key string, ms int64) []byte {
	return binary.LittleEndian.AppendUint64(Header(dst, TypeDateTime, key), uint64(ms))
}

func binaryHeader(dst []byte, key string, subtype byte, n int) []byte {
	dst = Header(dst, TypeBinary, key)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	return append(dst, subtype)
}
