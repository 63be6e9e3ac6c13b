// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that prints, logs and encodes as *** (as nothing when it is empty), so that a configuration
// can be shown. A conversion to string gives the text itself.
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

// LogValue returns what String returns.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns what String returns, which JSON and YAML encoders then use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
