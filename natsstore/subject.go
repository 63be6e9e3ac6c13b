// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"net/url"
	"strings"
)

// Token returns an event's type as the last token of a subject. Letters, digits, - and _ stay. Every other byte becomes %
// and two hexadecimal digits. [Type] is the inverse.
func Token(eventType string) string {
	if eventType == "" {
		return "%00" // a token is not empty
	}
	plain := true
	for i := 0; i < len(eventType) && plain; i++ {
		plain = isPlain(eventType[i])
	}
	if plain {
		return eventType
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(eventType) {
		if c := eventType[i]; isPlain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// Type returns the event's type for the last token of a subject. ok is false for a token that [Token] does not
// return.
func Type(subject string) (eventType string, ok bool) {
	token := subject[strings.LastIndexByte(subject, '.')+1:]
	eventType, err := url.PathUnescape(token)
	if eventType == "\x00" {
		eventType = ""
	}
	return eventType, err == nil && Token(eventType) == token
}
