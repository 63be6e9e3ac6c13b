// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// text is a JSON string; clients send numbers as ids, too. null is the empty text.
type text string

var errText = errors.New("want a JSON string or number")

func (t *text) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		*t = text(rawjson.Text(b))
	case c == '-' || c >= '0' && c <= '9':
		*t = text(b)
	case c == 'n':
		*t = ""
	default:
		return errText
	}
	return nil
}

// instant is a time: a JSON string that [parseMoment] reads, or the milliseconds since 1970 as a number. null and "" are the zero time.
type instant struct{ time.Time }

var errInstant = errors.New("want a time such as 2026-01-02T15:04:05.000Z, or milliseconds since 1970 as a number")

// maxMillis is the last millisecond of the year 9999.
const maxMillis = 253_402_300_799_999

func (t *instant) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		s := rawjson.Text(b)
		if s == "" {
			return nil
		}
		at, ok := parseMoment(s)
		if !ok {
			return errInstant
		}
		t.Time = at
	case c == '-' || c >= '0' && c <= '9':
		ms, err := strconv.ParseFloat(string(b), 64)
		if err != nil || ms < 0 || ms > maxMillis {
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

// object is a JSON object as it was sent, a part of the body; null is none.
type object []byte

var (
	errObject = errors.New("want a JSON object")
	errArray  = errors.New("want a JSON array")
)

func (o *object) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '{':
		*o = b
	case 'n':
		*o = nil
	default:
		return errObject
	}
	return nil
}

// kindError says that a JSON value is of another kind than it should be.
type kindError string

func (e kindError) Error() string { return string(e) }

// kindOf names the kind of a JSON value.
func kindOf(value []byte) string {
	switch value[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	default:
		return "number"
	}
}

// with returns the object and the further members that it does not have already. What the client sent counts. The object is valid
// JSON.
func (o object) with(more ...rawjson.Member) json.RawMessage {
	var own [][]byte
	if len(o) > 0 {
		for name := range rawjson.Members(o) {
			own = append(own, name)
		}
		o = bytes.TrimRight(o[:bytes.LastIndexByte(o, '}')], jsonSpace)
	}
	text := append(make([]byte, 0, len(o)+64), o...)
	if len(o) == 0 {
		text = append(text, '{')
	}
	for _, m := range more {
		if !slices.ContainsFunc(own, func(name []byte) bool { return string(name) == m.Name }) {
			text = appendMember(text, m.Name, m.Value)
		}
	}
	return append(text, '}')
}

// field returns the last member of a name.
func (o object) field(name string) (value []byte, ok bool) {
	if len(o) == 0 {
		return nil, false
	}
	for has, v := range rawjson.Members(o) {
		if string(has) == name {
			value, ok = v, true
		}
	}
	return value, ok
}

// appendMember appends a member to an object that is put together, which is not closed yet.
func appendMember(text []byte, name string, value []byte) []byte {
	if text[len(text)-1] != '{' {
		text = append(text, ',')
	}
	return append(append(rawjson.AppendText(text, name), ':'), value...)
}

// jsonText returns a text as JSON.
func jsonText(s string) []byte { return rawjson.AppendText(nil, s) }

// jsonSpace are the characters that JSON takes for white space.
const jsonSpace = " \t\r\n"

// problemOf says what is wrong with a JSON value, without any of it.
func problemOf(err error) string {
	switch {
	case errors.As(err, new(kindError)), errors.Is(err, errText), errors.Is(err, errInstant), errors.Is(err, errObject), errors.Is(err, errArray):
		return err.Error()
	default:
		return "it is no JSON object"
	}
}
