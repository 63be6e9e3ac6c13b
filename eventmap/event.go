// SPDX-License-Identifier: Apache-2.0

package eventmap

import "strings"

// Event is what the map says about one event type, or about all types that a pattern matches.
type Event struct {
	Name        string
	Description string
	Group       string
	Enabled     bool         // false: its metrics start switched off; true by default
	Data        []Field      // what the payload holds, in declared order
	Store       bool         // false: record metrics only; true by default
	Records     []Record     // in declared order
	GoName      string       // in generated Go; empty: made of Name
	Deprecated  *Deprecation // nil: it is not
	RenamedFrom []string     // the names that it had before, in declared order; never of a pattern
	Since       string       // since when the event is tracked, for people; empty: not declared
	OnViolation ViolationMode
	Additional  AdditionalMode
}

// IsPattern reports whether the name is a pattern: a prefix followed by "*".
func (e *Event) IsPattern() bool { return strings.HasSuffix(e.Name, "*") }
