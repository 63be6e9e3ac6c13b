// SPDX-License-Identifier: Apache-2.0

package eventmap

import "slices"

// RedactMode says what becomes of a field before it is stored.
type RedactMode string

// What can become of a field.
const (
	RedactNone RedactMode = ""
	RedactDrop RedactMode = "drop" // it is left out
	RedactHash RedactMode = "hash" // its HMAC-SHA-256 takes its place
)

// Redaction is one entry of the map's own redact list: what is dropped from every event.
type Redaction struct {
	// Path is, when it has one part, a name that is found at every depth; otherwise a path from the top of the
	// data, in which the part "*" stands for any one name.
	Path Path
}

// Redactions returns what is dropped from the data of every event, declared or not, in declared order.
func (m *Map) Redactions() []Redaction { return slices.Clone(m.redactions) }

// NeedsRedactKey reports whether a field of an event is hashed, for which a key is needed.
func (m *Map) NeedsRedactKey() bool {
	for _, e := range m.events {
		for _, f := range e.Data {
			if f.Redact == RedactHash {
				return true
			}
		}
	}
	return false
}
