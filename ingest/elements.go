// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
)

// elements calls visit with each element of a JSON array, or each member of a JSON object, as it was sent. b must be valid JSON.
// Elements are found by their commas, because a body may have millions that are not taken: to decode each would need many times
// the memory of the body.
func elements(b []byte, visit func(element []byte)) {
	depth, start := 0, 1
	element := func(end int) {
		if raw := bytes.Trim(b[start:end], jsonSpace); len(raw) > 0 { // else there are none
			visit(raw)
		}
		start = end + 1
	}
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += stringEnd(b[i:]) - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				element(i)
			}
		case ',':
			if depth == 1 {
				element(i)
			}
		}
	}
}

// jsonSpace are the characters that JSON takes for white space.
const jsonSpace = " \t\r\n"

// stringEnd returns the length of the JSON string that b begins with.
func stringEnd(b []byte) int {
	i := 1
	for b[i] != '"' {
		if b[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

// members calls visit with each member of a JSON object, in the order in which they were sent. b must be valid JSON.
func members(b []byte, visit func(m member)) {
	elements(b, func(element []byte) {
		end := stringEnd(element)
		name := string(element[1 : end-1])
		if bytes.IndexByte(element[:end], '\\') >= 0 {
			_ = json.Unmarshal(element[:end], &name) // it is valid
		}
		value := bytes.TrimLeft(element[end:], jsonSpace)
		visit(member{name, bytes.TrimLeft(value[1:], jsonSpace)}) // behind the colon
	})
}

// append appends the member to the fields of an object that is put together.
func (m member) append(fields []byte) []byte {
	if len(fields) > 0 {
		fields = append(fields, ',')
	}
	fields = append(append(fields, jsonText(m.name)...), ':')
	return append(fields, m.value...)
}
