// SPDX-License-Identifier: Apache-2.0

package eventmap

import "slices"

// ViolationMode says what becomes of an event whose data do not keep to the map.
type ViolationMode string

// What can become of it. Every violation is counted.
const (
	CountViolations ViolationMode = "count" // the event is stored and recorded as it is
	OmitViolations  ViolationMode = "omit"  // the field is left out, and the rest is stored and recorded
	// QuarantineViolations: the event is accepted and kept in quarantine. It is neither delivered nor recorded.
	QuarantineViolations ViolationMode = "quarantine"
	RejectViolations     ViolationMode = "reject" // the event is not accepted
)

// AdditionalMode says what becomes of fields that the map does not declare.
type AdditionalMode string

// What can become of them.
const (
	KeepAdditional    AdditionalMode = "keep"    // they are stored
	OmitAdditional    AdditionalMode = "omit"    // they are left out
	ViolateAdditional AdditionalMode = "violate" // each is a violation
)

// Rules restrict the values of a field besides its type. The zero value restricts nothing. Null is a missing value: it keeps
// to each rule but [Rules.Required].
type Rules struct {
	// Required: the field is there wherever the object is that it belongs to.
	Required bool
	// Values are all that the field can be; nil: any. Each is a string, an int64, a float64 or a bool. Numbers are compared by
	// their value.
	Values []any
	// Pattern is a regular expression in RE2's syntax that finds something in the text; empty: none.
	Pattern string
	// MinLength and MaxLength bound the length of a text in Unicode code points; 0: no bound.
	MinLength, MaxLength int
	// Min and Max bound a number, themselves included; nil: no bound.
	Min, Max *float64
	// MaxItems bounds the number of entries of an array; 0: no bound.
	MaxItems int
	// Items: each entry of the array is an object. Its fields are declared beside the array, with the array's path before theirs.
	Items bool
}

// None reports whether nothing is restricted.
func (r *Rules) None() bool {
	return !r.Required && r.Values == nil && r.Pattern == "" && r.MinLength == 0 && r.MaxLength == 0 &&
		r.Min == nil && r.Max == nil && r.MaxItems == 0 && !r.Items
}

// Rule is the name of a rule that data can violate: the key of the map that declares it.
type Rule string

// The rules, in the order in which a field is checked.
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

// Has reports whether the field can be of a type. One whose type is not declared can be of any.
func (f *Field) Has(t FieldType) bool {
	if f.Types != nil {
		return slices.Contains(f.Types, t)
	}
	return f.Type == "" || f.Type == t
}

// TypeNames returns the types that are declared, as the map names them; none for a field of any type.
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

// Typed reports whether a type, or several, are declared.
func (f *Field) Typed() bool { return f.Type != "" || f.Types != nil }
