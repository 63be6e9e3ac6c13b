// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"
	"strings"
)

// Record is one update of one metric by an event.
type Record struct {
	Metric  *Metric
	Sources []Source // the source of each attribute; parallel to Metric.Attributes
	Value   Value
	When    *Expression // nil: always
}

// SourceKind is the kind of an attribute's source.
type SourceKind uint8

// Sources of attribute values.
const (
	FromData     SourceKind = iota // the event's data, at Source.Path
	FromType                       // the event's type, as it was tracked
	FromConstant                   // Source.Constant
	FromPlatform                   // the event's platform, such as "ios"
	FromModule                     // the module that the event was tracked through
	FromSession                    // whether the event has a session: true or false
	FromWindow                     // the windows of a unique metric, all of them; no event sets it
)

// Source is the source of one attribute of a record.
type Source struct {
	Kind     SourceKind
	Path     Path   // with FromData
	Constant string // with FromConstant; a value that the attribute can take
}

// String returns the source as the map has it: a path, a word such as $type, or the constant in quotes.
func (s Source) String() string {
	switch s.Kind {
	case FromData:
		text := pathText(s.Path)
		if strings.HasPrefix(text, "$") { // brackets tell it from the sources below
			return `["` + s.Path[0] + `"]` + text[len(s.Path[0]):]
		}
		return text
	case FromConstant:
		return strconv.Quote(s.Constant)
	case FromType:
		return "$type"
	case FromPlatform:
		return "$platform"
	case FromModule:
		return "$module"
	case FromSession:
		return "$session_present"
	case FromWindow:
		return "the windows"
	default:
		return ""
	}
}

// Value is the value that a record adds, sets or observes. It is zero for a record of a unique metric, which has no
// value.
type Value struct {
	Expression *Expression // nil: Path or Constant
	Path       Path        // into the event's data; nil: Constant
	Constant   float64     // 1 by default; finite, an integer for metrics whose number is Int
}
