// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// checkInput refuses what the YAML parser could not say the place of: a file that is too long, bytes
// that are not UTF-8, and the characters that YAML 1.2.2 section 5.1 excludes.
func (f Format) checkInput(r *Report, data []byte) bool {
	if len(data) > f.MaxBytes {
		r.Add(1, 1, "", "the file is larger than "+strconv.Itoa(f.MaxBytes>>20)+" MiB", f.TooLong)
		return false
	}
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size <= 1 {
			line, column := position(data, i)
			r.Add(line, column, "", "the byte "+fmt.Sprintf("0x%02x", data[i])+" is not UTF-8", "save the file as UTF-8")
			return false
		}
		if !printable(c) {
			line, column := position(data, i)
			r.Add(line, column, "", "YAML does not allow the control character "+fmt.Sprintf("%U", c),
				`remove it, or write it as an escape within double quotes`)
			return false
		}
		i += size
	}
	return true
}

// printable is the production c-printable of YAML 1.2.2.
func printable(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r', c == 0x85:
		return true
	case c < 0x20, c > 0x7e && c < 0xa0, c == 0xfffe, c == 0xffff:
		return false
	}
	return true
}

// position turns a byte offset into a line and a column in characters, both from 1.
func position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte{'\n'}) + 1, utf8.RuneCount(before[start:]) + 1
}
