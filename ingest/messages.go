// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// messages are the first events of a request, and how many more there are.
type messages struct {
	first []json.RawMessage
	more  int
}

func (m *messages) add(raw json.RawMessage) {
	if len(m.first) == maxEvents {
		m.more++
		return
	}
	m.first = append(m.first, raw)
}

// UnmarshalJSON reads an array, which is valid; null is an empty one. The messages are parts of it.
func (m *messages) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		if string(b) == "null" {
			return nil
		}
		return errArray
	}
	for raw := range rawjson.Elements(b) {
		m.add(raw)
	}
	return nil
}

// split returns the events of a body: an array, or JSON values behind each other. A line that is no JSON costs itself alone: it is a nil
// message. A body in which no line is JSON is none.
func split(data []byte) (all messages, err error) {
	if trimmed := bytes.TrimLeft(data, jsonSpace); len(trimmed) > 0 && trimmed[0] == '[' {
		if !json.Valid(trimmed) {
			return all, notJSON("the body begins as a JSON array and is none")
		}
		for raw := range rawjson.Elements(trimmed) {
			all.add(raw)
		}
		return all, nil
	}
	wrong, err := all.addValues(data)
	switch {
	case err == nil && len(all.first) == 0:
		return all, notJSON("the body is empty; send a JSON object, an array of them, or one in each line")
	case err == nil:
		return all, nil
	}
	all, found := splitLines(data)
	if !found {
		return all, notJSON(fmt.Sprintf("the body is no JSON from byte %d on; send an object, an array of objects, or one object in each line", wrong))
	}
	return all, nil
}

// addValues adds JSON values that stand behind each other. It stops with an error at the first byte that is wrong.
func (m *messages) addValues(data []byte) (wrong int64, err error) {
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		var raw json.RawMessage
		switch err := d.Decode(&raw); err {
		case nil:
			m.add(raw)
		case io.EOF:
			return 0, nil
		default:
			return d.InputOffset(), err
		}
	}
}

// splitLines reads a body line by line, and reports whether a line of the first events is JSON. Lines behind the events that a request
// may have are counted and not looked at. The time is linear, since no value is looked for beyond its line.
func splitLines(data []byte) (all messages, found bool) {
	for line := range bytes.Lines(data) {
		if line = bytes.Trim(line, jsonSpace); len(line) == 0 {
			continue
		}
		if len(all.first) == maxEvents || json.Valid(line) {
			found = found || len(all.first) < maxEvents
			all.add(line)
			continue
		}
		var values messages
		if _, err := values.addValues(line); err != nil {
			all.add(nil)
			continue
		}
		found = true
		for _, raw := range values.first {
			all.add(raw)
		}
		all.more += values.more
	}
	return all, found
}
