// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that is printed, logged and encoded as ***, or as nothing when it is empty. So a configuration can be
// shown with every verb of fmt, with slog, JSON and YAML. A conversion to string returns the text itself.
//
// In two cases fmt does not call the methods of Secret. One is an unexported field of another struct. The other is a
// verb %p or %w for a type that is no pointer or error, which go vet refuses. Keep secrets, and a [Config], out of
// both.
type Secret string

const hidden = "***"

// String returns *** for a secret that is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// Format writes what String returns, whatever the verb.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	if verb == 'q' || verb == 'v' && f.Flag('#') {
		text = `"` + text + `"`
	}
	_, _ = io.WriteString(f, text)
}

// GoString returns what String returns, in quotes.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// LogValue returns what String returns.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns what String returns, which JSON and YAML encoders then use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
