// SPDX-License-Identifier: Apache-2.0

package eventmap

import "strings"

// Event is the declaration of one event type, or of all types that a pattern matches.
type Event struct {
	Name        string
	Description string
	Group       string
	Enabled     bool         // false: its metrics start switched off; true by default
	Data        []Field      // fields of the payload, in declared order
	Store       bool         // false: it only records metrics; true by default
	Records     []Record     // in declared order
	GoName      string       // in generated Go; empty: made of Name
	Deprecated  *Deprecation // nil: it is not deprecated
	RenamedFrom []string     // its earlier names, in declared order; empty for a pattern
	Since       string       // since when the event is tracked, for people; empty: not declared
	OnViolation ViolationMode
	Additional  AdditionalMode
}

// IsPattern reports whether the name is a pattern: a prefix followed by "*".
func (e *Event) IsPattern() bool { return strings.HasSuffix(e.Name, "*") }
