// SPDX-License-Identifier: Apache-2.0

package eventmap

import "slices"

// RedactMode is how a field is changed before it is stored.
type RedactMode string

// Redaction modes of a field.
const (
	RedactNone RedactMode = ""
	RedactDrop RedactMode = "drop" // it is left out
	RedactHash RedactMode = "hash" // its HMAC-SHA-256 replaces it
)

// Redaction is one entry of the map's own redact list: a name or path that is dropped from every event.
type Redaction struct {
	// Path with one part is a name, which is dropped at every depth. Otherwise it is a path from the top of the data.
	// The part "*" stands for any one name.
	Path Path
}

// Redactions returns the map's redact list, in declared order. It applies to the data of every event, declared or not.
func (m *Map) Redactions() []Redaction { return slices.Clone(m.redactions) }

// NeedsRedactKey reports whether the map hashes a field of an event, which needs a key.
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
