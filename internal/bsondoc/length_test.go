// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"encoding/binary"
	"testing"
)

// TestNextRefusesLengthsThatWrap has lengths that become a small number once something is added in 32 bits.
func TestNextRefusesLengthsThatWrap(t *testing.T) {
	for name, elementType := range map[string]byte{
		"string": TypeString, "document": TypeDocument, "array": TypeArray, "binary": TypeBinary,
		"code": 0x0D, "symbol": 0x0E, "code with scope": TypeCodeWithScope, "pointer": 0x0C,
	} {
		for _, length := range []uint32{
			0xffffffff, 0xfffffffe, 0xfffffffc, 0xfffffffb, 0xfffffff0, 0xffffffef, 0x80000000, 0x7fffffff, 0x7ffffffb, 0x7fffffef, 1 << 24,
		} {
			body := append([]byte{elementType, 'v', 0}, make([]byte, 64)...)
			binary.LittleEndian.PutUint32(body[3:], length)
			if _, _, value, _, ok := Next(body); ok {
				t.Errorf("%s of length %#x: taken for %d bytes", name, length, len(value))
			}
			for size := range 64 {
				if Valid(elementType, body[3:3+size], 0) {
					t.Errorf("%s of length %#x: %d bytes are valid", name, length, size)
				}
			}
		}
	}
}

func TestNextSplitsElements(t *testing.T) {
	body := []byte{TypeString, 's', 0, 2, 0, 0, 0, 'x', 0, TypeBool, 'b', 0, 1, 0}
	elementType, key, value, rest, ok := Next(body)
	if !ok || elementType != TypeString || string(key) != "s" || len(value) != 6 || len(rest) != 5 {
		t.Fatalf("type %#x, key %q, value %v, rest %v, %v", elementType, key, value, rest, ok)
	}
	elementType, key, value, rest, ok = Next(rest)
	if !ok || elementType != TypeBool || string(key) != "b" || len(value) != 1 || len(rest) != 1 {
		t.Fatalf("type %#x, key %q, value %v, rest %v, %v", elementType, key, value, rest, ok)
	}
	if _, _, _, _, ok = Next(rest); ok {
		t.Error("there is an element after the end")
	}
}
