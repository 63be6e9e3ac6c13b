// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"
)

// text is a JSON string; clients send numbers as ids, too. null is the empty text.
type text string

var errText = errors.New("want a JSON string or number")

func (t *text) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		*t = text(unquoted(b))
	case c == '-' || c >= '0' && c <= '9':
		*t = text(b)
	case c == 'n':
		*t = ""
	default:
		return errText
	}
	return nil
}

// unquoted returns what a JSON string says, which package json has found to be valid. Most have nothing to decode.
func unquoted(b []byte) string {
	if plain := b[1 : len(b)-1]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
		return string(plain)
	}
	var s string
	_ = json.Unmarshal(b, &s) // it is valid
	return s
}

// instant is a time: a JSON string that [parseMoment] reads, or the milliseconds since 1970 as a number. null and "" are the zero time.
type instant struct{ time.Time }

var errInstant = errors.New("want a time such as 2026-01-02T15:04:05.000Z, or milliseconds since 1970 as a number")

// maxMillis is the last millisecond of the year 9999.
const maxMillis = 253_402_300_799_999

func (t *instant) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		s := unquoted(b)
		if s == "" {
			return nil
		}
		at, ok := parseMoment(s)
		if !ok {
			return errInstant
		}
		t.Time = at
	case c == '-' || c >= '0' && c <= '9':
		var ms float64
		if err := json.Unmarshal(b, &ms); err != nil || ms < 0 || ms > maxMillis {
			return errInstant
		}
		t.Time = time.UnixMilli(int64(ms))
	case c == 'n':
	default:
		return errInstant
	}
	return nil
}

// sendTime is when a client sent something, see [sentTime]. It corrects the client's clock and says no more: what cannot be read is
// none.
type sendTime struct{ time.Time }

func (t *sendTime) UnmarshalJSON(b []byte) error {
	t.Time = sentTime(textOf(b))
	return nil
}

// object is a JSON object as it was sent; null is none.
type object []byte

var (
	errObject = errors.New("want a JSON object")
	errArray  = errors.New("want a JSON array")
)

func (o *object) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '{':
		*o = append((*o)[:0], b...)
	case 'n':
		*o = nil
	default:
		return errObject
	}
	return nil
}

// member is a field of an object that is put together.
type member struct {
	name  string
	value json.RawMessage
}

// with returns the object and the further members that it does not have already. What the client sent counts. The object is valid
// JSON.
func (o object) with(more ...member) (json.RawMessage, error) {
	if len(o) == 0 {
		o = object("{}")
	}
	if len(more) == 0 {
		return json.RawMessage(o), nil
	}
	there, empty := make([]bool, len(more)), true
	members(o, func(has member) {
		empty = false
		for i := range more {
			there[i] = there[i] || more[i].name == has.name
		}
	})
	end := bytes.LastIndexByte(o, '}')
	out := append(make([]byte, 0, len(o)+64), bytes.TrimRight(o[:end], jsonSpace)...)
	for i, m := range more {
		if there[i] {
			continue
		}
		if !empty {
			out = append(out, ',')
		}
		empty = false
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), m.value...)
	}
	return append(out, '}'), nil
}

// jsonText returns a text as JSON.
func jsonText(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always can be
	return b
}

// problemOf says what is wrong with a JSON value, without any of it.
func problemOf(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		return "it is a JSON " + wrong.Value + "; want a JSON object"
	case errors.As(err, &wrong):
		return "field " + wrong.Field + " is a JSON " + wrong.Value
	case errors.Is(err, errText), errors.Is(err, errInstant), errors.Is(err, errObject), errors.Is(err, errArray):
		return err.Error()
	default:
		return "it is no JSON object"
	}
}
