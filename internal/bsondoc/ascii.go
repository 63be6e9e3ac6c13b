// SPDX-License-Identifier: Apache-2.0

package bsondoc

const (
	highBits = 0x8080808080808080
	zeros    = 0x3030303030303030
)

// isASCII reports whether all bytes of s are below 0x80. It looks at eight of them at a time, since names and values are
// short, and unicode/utf8 looks at the last seven one by one.
func isASCII(s string) bool {
	n := len(s)
	if n < 8 {
		return short(s)&highBits == 0
	}
	x := eight(s[n-8:])
	for ; len(s) >= 8; s = s[8:] {
		x |= eight(s)
	}
	return x&highBits == 0
}

// isCommonKey reports whether all bytes of s are from '0' to 0x7f, as those of letters, digits and underscores are. Such a key
// needs no other look: it is UTF-8, and has no NUL byte and nothing that makes it special.
func isCommonKey(s string) bool {
	n := len(s)
	if n < 8 {
		return fromZero(short(s))
	}
	if !fromZero(eight(s[n-8:])) {
		return false
	}
	for ; len(s) >= 8; s = s[8:] {
		if !fromZero(eight(s)) {
			return false
		}
	}
	return true
}

// fromZero reports whether each of eight bytes is from '0' to 0x7f.
func fromZero(x uint64) bool { return (x|(x-zeros))&highBits == 0 }

// eight returns the first eight bytes of s.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// short returns the bytes of s, which are fewer than eight, some of them twice. What is left has the bytes '0'.
func short(s string) uint64 {
	n := len(s)
	if n >= 4 {
		return uint64(four(s)) | uint64(four(s[n-4:]))<<32
	}
	x := uint64(zeros)
	for i := range n {
		x = x<<8 | uint64(s[i])
	}
	return x
}

// four returns the first four bytes of s.
func four(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
