// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Safe returns text that came from elsewhere as a terminal may have it, in one line: what is not printed (control
// characters, escape sequences, marks that change the direction of writing, bytes that are no UTF-8) is written as in Go's
// strings, such as \x1b and \u202e.
func Safe(text string) string {
	if strings.IndexFunc(text, unsafe) < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case !unsafe(r):
			b.WriteRune(r)
		case r == utf8.RuneError: // the replacement character itself is printed; a byte that is none comes as this, too
			if _, size := utf8.DecodeRuneInString(text[i:]); size > 1 {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, `\x%02x`, text[i])
			}
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// SafeLines is Safe for text of several lines.
func SafeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		parts := strings.Split(line, "\t")
		for j, part := range parts {
			parts[j] = Safe(part)
		}
		lines[i] = strings.Join(parts, "\t")
	}
	return strings.Join(lines, "\n")
}

func unsafe(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

// encodeJSON writes a value as JSON that a terminal may have: also characters that JSON would allow as they are, but that
// are not printed, are written as \u….
func encodeJSON(w io.Writer, value any, indent string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", indent)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(safeJSON(b.Bytes()))
	return err
}

// safeJSON escapes what is not printed. Beyond ASCII that can only be within strings; of ASCII, JSON has escaped all but
// DEL.
func safeJSON(text []byte) []byte {
	escaped := func(r rune) bool { return r >= 0x7f && !unicode.IsPrint(r) }
	if bytes.IndexFunc(text, escaped) < 0 {
		return text
	}
	safe := make([]byte, 0, len(text)+32)
	for _, r := range string(text) {
		switch {
		case !escaped(r):
			safe = utf8.AppendRune(safe, r)
		case r > 0xffff:
			const half = 0x10000
			safe = fmt.Appendf(safe, `\u%04x\u%04x`, 0xd800+(r-half)>>10, 0xdc00+(r-half)&0x3ff)
		default:
			safe = fmt.Appendf(safe, `\u%04x`, r)
		}
	}
	return safe
}
