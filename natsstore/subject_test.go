// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

func TestToken(t *testing.T) {
	for _, test := range []struct{ eventType, token string }{
		{"user_logged_in", "user_logged_in"},
		{"Order-2", "Order-2"},
		{"", "%00"},
		{"a.b", "a%2Eb"},
		{"*", "%2A"},
		{">", "%3E"},
		{"two words", "two%20words"},
		{"100%", "100%25"},
		{"käse", "k%C3%A4se"},
		{"\xff\n", "%FF%0A"},
	} {
		if got := natsstore.Token(test.eventType); got != test.token {
			t.Errorf("%q: %s, want %s", test.eventType, got, test.token)
		}
		if got, ok := natsstore.Type("a.b." + test.token); got != test.eventType || !ok {
			t.Errorf("%s: %q %v, want %q", test.token, got, ok, test.eventType)
		}
	}
	for _, token := range []string{"", "%", "%4", "%41", "%2e", "a b", "käse", "%GG"} {
		if got, ok := natsstore.Type("a." + token); ok {
			t.Errorf("%q stands for %q, and no type has that token", token, got)
		}
	}
}

// FuzzToken has every type become one token, and come back.
func FuzzToken(f *testing.F) {
	f.Add("a.b")
	f.Add("%2E")
	f.Fuzz(func(t *testing.T, eventType string) {
		token := natsstore.Token(eventType)
		if token == "" || strings.ContainsAny(token, " .*>\t\r\n") {
			t.Errorf("%q becomes %q, which is no token", eventType, token)
		}
		if got, ok := natsstore.Type("s." + token); eventType != "\x00" && (got != eventType || !ok) {
			t.Errorf("%q comes back as %q", eventType, got)
		}
	})
}
