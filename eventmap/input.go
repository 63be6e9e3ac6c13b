// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"unicode/utf8"
)

// maxFileBytes bounds an event map: twenty times a large one, and small enough that the worst file
// is refused within seconds.
const maxFileBytes = 1 << 20

// readAll reads a file, but never much more than an event map can hold, so that a device or a wrong
// file does not fill the memory. What is longer is refused by checkInput.
func readAll(name string, f fs.File, err error) ([]byte, error) {
	if err != nil {
		return nil, readError(name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, readError(name, err)
	}
	return data, nil
}

// readError names the file, once.
func readError(name string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("eventmap: %w", err)
	}
	return fmt.Errorf("eventmap: read %s: %w", name, err)
}

// checkInput refuses what the YAML parser could not say the place of: a file that is too long, bytes
// that are not UTF-8, and the characters that YAML 1.2.2 section 5.1 excludes.
func checkInput(r *report, data []byte) bool {
	if len(data) > maxFileBytes {
		r.add(1, 1, "", "the file is larger than "+strconv.Itoa(maxFileBytes>>20)+" MiB",
			"an event map is never that long: check the path, or split the map")
		return false
	}
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size <= 1 {
			line, column := position(data, i)
			r.add(line, column, "", "the byte "+fmt.Sprintf("0x%02x", data[i])+" is not UTF-8", "save the file as UTF-8")
			return false
		}
		if !printable(c) {
			line, column := position(data, i)
			r.add(line, column, "", "YAML does not allow the control character "+fmt.Sprintf("%U", c),
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
