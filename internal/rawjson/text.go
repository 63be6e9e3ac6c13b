// SPDX-License-Identifier: Apache-2.0

package rawjson

import (
	"encoding/json"
	"unicode/utf8"
)

// Text returns what a JSON string says.
func Text(quoted []byte) string {
	_, escaped := skipString(quoted, 0)
	return string(unquoted(quoted, escaped))
}

// unquoted returns what a JSON string says: a part of it, unless there is something to decode.
func unquoted(quoted []byte, escaped bool) []byte {
	if !escaped && utf8.Valid(quoted) {
		return quoted[1 : len(quoted)-1]
	}
	return []byte(decoded(quoted))
}

// decoded has package json decode a string.
func decoded(quoted []byte) (s string) {
	_ = json.Unmarshal(quoted, &s) // it is valid
	return s
}

// AppendText appends a text as a JSON string, as [encoding/json.Marshal] does.
func AppendText(dst []byte, s string) []byte {
	if isPlain(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	quoted, _ := json.Marshal(s) // a string always can be
	return append(dst, quoted...)
}

// isPlain reports whether a text stands in JSON as it is, and in HTML, too. There is no need to be exact.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}
