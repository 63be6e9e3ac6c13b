// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Next splits the first element off a document's body. It reports false at the end, and for a type
// that cannot be skipped.
func Next(b []byte) (elementType byte, key, value, rest []byte, ok bool) {
	n := KeyBytes(b)
	if elementType, value, rest, ok = NextValue(b, n); !ok {
		return 0, nil, nil, nil, false
	}
	return elementType, b[1 : 1+n], value, rest, true
}

// HasKey reports whether the first element of a document's body has the key, which holds no NUL byte.
func HasKey(b []byte, key string) bool {
	n := 1 + len(key)
	return len(b) > n && b[n] == 0 && b[0] != 0 && string(b[1:n]) == key
}

// KeyBytes returns the length of the key of the first element of a document's body, or -1 at the end.
func KeyBytes(b []byte) int {
	if len(b) < 2 || b[0] == 0 {
		return -1
	}
	return bytes.IndexByte(b[1:], 0)
}

// NextValue is [Next] where the length of the key is known, which it takes from [HasKey] or [KeyBytes].
func NextValue(b []byte, keyBytes int) (elementType byte, value, rest []byte, ok bool) {
	if keyBytes < 0 {
		return 0, nil, nil, false
	}
	elementType, b = b[0], b[2+keyBytes:]
	n := valueSize(elementType, b)
	if n < 0 || n > len(b) {
		return 0, nil, nil, false
	}
	return elementType, b[:n], b[n:], true
}

// valueSize returns how many bytes a value of the type takes, by https://bsonspec.org, or -1.
func valueSize(elementType byte, b []byte) int {
	prefixed := func(more int) int {
		if len(b) < 4 {
			return -1
		}
		n := int32(binary.LittleEndian.Uint32(b))
		if n < 0 || n > math.MaxInt32-int32(more) {
			return -1 // an int may have 32 bits
		}
		return int(n) + more
	}
	switch elementType {
	case TypeDouble, TypeDateTime, TypeInt64, 0x11: // timestamp
		return 8
	case TypeString, typeCode, typeSymbol:
		return prefixed(4)
	case TypeDocument, TypeArray, TypeCodeWithScope:
		return prefixed(0)
	case TypeBinary:
		return prefixed(5)
	case TypeBool:
		return 1
	case TypeNull, TypeUndefined, 0x7F, 0xFF: // max key, min key
		return 0
	case TypeInt32:
		return 4
	case typeObjectID:
		return 12
	case typeDBPointer:
		return prefixed(4 + 12)
	case typeDecimal:
		return 16
	case typeRegex: // two strings
		first := bytes.IndexByte(b, 0)
		if first < 0 {
			return -1
		}
		second := bytes.IndexByte(b[first+1:], 0)
		if second < 0 {
			return -1
		}
		return first + second + 2
	default:
		return -1
	}
}

// Valid reports that value is exactly one value of the type, down to its last field. What an encoder of the
// application's wrote is not trusted: one malformed document has a server refuse its whole batch, or break
// the connection.
func Valid(elementType byte, value []byte, depth int) bool {
	if valueSize(elementType, value) != len(value) {
		return false
	}
	switch elementType {
	case TypeString, typeCode, typeSymbol:
		return len(value) >= 5 && value[len(value)-1] == 0
	case typeDBPointer: // a string and an object id
		return len(value) >= 17 && value[len(value)-13] == 0
	case TypeBool:
		return value[0] <= 1
	case TypeBinary:
		return len(value) >= 5
	case TypeDocument, TypeArray:
		return validDocument(value, depth)
	case TypeCodeWithScope: // a string and a document
		if len(value) < 4 {
			return false
		}
		n := valueSize(TypeString, value[4:])
		return n >= 5 && n <= len(value)-4 && value[4+n-1] == 0 && validDocument(value[4+n:], depth+1)
	default:
		return true
	}
}

func validDocument(doc []byte, depth int) bool {
	if depth > MaxDepth || len(doc) < 5 || int(binary.LittleEndian.Uint32(doc)) != len(doc) || doc[len(doc)-1] != 0 {
		return false
	}
	for rest := doc[4:]; len(rest) > 1; {
		elementType, _, value, next, ok := Next(rest)
		if !ok || !Valid(elementType, value, depth+1) {
			return false
		}
		rest = next
	}
	return true
}
