// SPDX-License-Identifier: Apache-2.0

package eventmap

import "slices"

// ViolationMode is how an event is treated whose data violate the map.
type ViolationMode string

// Violation modes. In each mode, every violation is counted.
const (
	CountViolations ViolationMode = "count" // the event is stored and recorded as it is
	OmitViolations  ViolationMode = "omit"  // the field is left out, and the rest is stored and recorded
	// QuarantineViolations accepts the event and keeps it in quarantine. It is neither delivered nor recorded.
	QuarantineViolations ViolationMode = "quarantine"
	RejectViolations     ViolationMode = "reject" // the event is not accepted
)

// AdditionalMode is how fields are treated that the map does not declare.
type AdditionalMode string

// Modes for undeclared fields.
const (
	KeepAdditional    AdditionalMode = "keep"    // they are stored
	OmitAdditional    AdditionalMode = "omit"    // they are left out
	ViolateAdditional AdditionalMode = "violate" // each is a violation
)

// Rules restrict the values of a field besides its type. The zero value restricts nothing. Null counts as a missing
// value: only [Rules.Required] refuses it.
type Rules struct {
	// Required demands the field wherever the object exists that it belongs to.
	Required bool
	// Values are all values that the field can have. Nil means any. Each is a string, an int64, a float64 or a bool.
	// Numbers are compared by their value.
	Values []any
	// Pattern is a regular expression in RE2's syntax that must match a part of the text. Empty means none.
	Pattern string
	// MinLength and MaxLength bound the length of a text in Unicode code points. Zero means no bound.
	MinLength, MaxLength int
	// Min and Max bound a number, inclusively. Nil means no bound.
	Min, Max *float64
	// MaxItems bounds the number of entries of an array. Zero means no bound.
	MaxItems int
	// Items demands that each entry of the array is an object. Fields of the entries are declared beside the array,
	// with the array's path before theirs.
	Items bool
}

// None reports whether the rules restrict nothing.
func (r *Rules) None() bool {
	return !r.Required && r.Values == nil && r.Pattern == "" && r.MinLength == 0 && r.MaxLength == 0 &&
		r.Min == nil && r.Max == nil && r.MaxItems == 0 && !r.Items
}

// Rule is the name of a rule that data can violate: the key of the map that declares it.
type Rule string

// Rules, in the order in which a field is checked.
const (
	RequiredRule   Rule = "required"
	TypeRule       Rule = "type"
	ValuesRule     Rule = "values"
	PatternRule    Rule = "pattern"
	MinLengthRule  Rule = "min_length"
	MaxLengthRule  Rule = "max_length"
	MinRule        Rule = "min"
	MaxRule        Rule = "max"
	MaxItemsRule   Rule = "max_items"
	ItemsRule      Rule = "items"      // an entry is no object
	AdditionalRule Rule = "additional" // a field is not declared
)

// Has reports whether the field can have the type t. A field without a declared type can have any type.
func (f *Field) Has(t FieldType) bool {
	if f.Types != nil {
		return slices.Contains(f.Types, t)
	}
	return f.Type == "" || f.Type == t
}

// TypeNames returns the declared types, as the map names them. It returns nil for a field of any type.
func (f *Field) TypeNames() []string {
	switch {
	case f.Types != nil:
		return fieldTypeNames(f.Types)
	case f.Type != "":
		return []string{string(f.Type)}
	default:
		return nil
	}
}

// Typed reports whether one or several types are declared.
func (f *Field) Typed() bool { return f.Type != "" || f.Types != nil }
