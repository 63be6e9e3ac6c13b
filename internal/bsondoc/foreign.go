// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// foreign appends an element whose value the application encoded, after a check. Text that is not UTF-8 is replaced.
func (e *Encoder) foreign(dst []byte, key string, elementType byte, value []byte, from any, p place) ([]byte, error) {
	if !Valid(elementType, value, p.depth+1) {
		return dst, &FieldError{Problem: fmt.Sprintf("the bytes of the %T are not valid BSON", from)}
	}
	switch elementType {
	case TypeDocument, TypeArray, TypeCodeWithScope:
		e.Special = true // nobody has looked
	}
	dst = Header(dst, elementType, key)
	if isClean(elementType, value) {
		return append(dst, value...), nil
	}
	return cleanValue(dst, elementType, value), nil
}

// cleanValue appends a valid value with U+FFFD in place of bytes that are not UTF-8, in texts and keys at every depth.
func cleanValue(dst []byte, elementType byte, value []byte) []byte {
	start := len(dst)
	switch elementType {
	case TypeDocument, TypeArray:
		return cleanDocument(dst, value)
	case TypeString, typeCode, typeSymbol:
		return StringValue(dst, string(value[4:len(value)-1]))
	case typeDBPointer: // a string and an object id
		dst = StringValue(dst, string(value[4:len(value)-12-1]))
		return append(dst, value[len(value)-12:]...)
	case TypeCodeWithScope: // the length of both, a string, a document
		code := 4 + 4 + int(binary.LittleEndian.Uint32(value[4:]))
		dst = StringValue(append(dst, 0, 0, 0, 0), string(value[8:code-1]))
		dst = cleanDocument(dst, value[code:])
		binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
		return dst
	case typeRegex: // two texts
		return append(dst, bytes.ToValidUTF8(value, []byte("\uFFFD"))...)
	default:
		return append(dst, value...)
	}
}

func cleanDocument(dst, doc []byte) []byte {
	dst, start := Begin(dst)
	for rest := doc[4:]; ; {
		elementType, key, value, next, ok := Next(rest)
		if !ok {
			return End(dst, start)
		}
		dst = cleanValue(Header(dst, elementType, cleanText(string(key))), elementType, value)
		rest = next
	}
}

// isClean reports that a valid value holds nothing that is to be replaced.
func isClean(elementType byte, value []byte) bool {
	switch elementType {
	case TypeString, typeCode, typeSymbol:
		return utf8.Valid(value[4:])
	case typeRegex:
		return utf8.Valid(value)
	case typeDBPointer:
		return utf8.Valid(value[4 : len(value)-12])
	case TypeCodeWithScope:
		code := 4 + 4 + int(binary.LittleEndian.Uint32(value[4:]))
		return utf8.Valid(value[8:code]) && isClean(TypeDocument, value[code:])
	case TypeDocument, TypeArray:
		for rest := value[4:]; ; {
			elementType, key, value, next, ok := Next(rest)
			if !ok {
				return true
			}
			if !utf8.Valid(key) || !isClean(elementType, value) {
				return false
			}
			rest = next
		}
	default:
		return true
	}
}
