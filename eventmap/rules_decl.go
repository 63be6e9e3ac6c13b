// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Bounds of the rules, far above what an event needs.
const (
	maxFieldValues  = 1_000
	maxPatternBytes = 1_000
	maxRuleLength   = 16 << 20 // MongoDB stores no longer text, and no longer array
)

func violationWords() []string {
	return []string{string(CountViolations), string(OmitViolations), string(QuarantineViolations), string(RejectViolations)}
}

func additionalWords() []string {
	return []string{string(KeepAdditional), string(OmitAdditional), string(ViolateAdditional)}
}

// loadViolationMode reads on_violation of the map or of an event.
func loadViolationMode(o strictyaml.Object, otherwise ViolationMode) ViolationMode {
	if n, ok := o.Get("on_violation"); ok {
		if s, ok := n.Word(violationWords()...); ok {
			return ViolationMode(s)
		}
	}
	return otherwise
}

// loadFieldType reads the type of a field, or several.
func loadFieldType(n strictyaml.Node, f *Field) {
	if n.IsScalar() {
		if s, ok := n.Word(fieldTypes()...); ok {
			f.Type = FieldType(s)
		}
		return
	}
	before := n.Mistakes()
	var types []FieldType
	for _, item := range n.Items() {
		s, ok := item.Word(fieldTypes()...)
		if ok && slices.Contains(types, FieldType(s)) {
			item.Fail("the type "+words.Quote(s)+" is already listed", "list it once")
		} else if ok {
			types = append(types, FieldType(s))
		}
	}
	switch {
	case n.Mistakes() > before:
	case len(types) == 0:
		n.Fail("there is no type", "list the types that the field can have, or remove the key")
	case len(types) == 1:
		f.Type = types[0]
	default:
		f.Types = types
	}
}

// loadRules reads the restrictions of a field, whose type has been read. typed is false if its type has a mistake.
func loadRules(o strictyaml.Object, f *Field, typed bool) {
	r := &f.Rules
	if n, ok := o.Get("required"); ok {
		if r.Required, _ = n.Boolean(); r.Required && slices.ContainsFunc(f.Path, datapath.IsIndex) {
			n.Fail("an entry of an array cannot be required by its index", "require the array, or fields of all its entries with items")
		}
	}
	// A rule for values that the field never has would have no effect.
	rule := func(key string, types ...FieldType) (strictyaml.Node, bool) {
		n, ok := o.Get(key)
		if ok && typed && (!f.Typed() || !slices.ContainsFunc(types, f.Has)) {
			n.Fail("is a rule for "+words.List(fieldTypeNames(types))+", and the field is "+typeNamed(f), "declare the type, or remove the rule")
			return n, false
		}
		return n, ok
	}
	if n, ok := rule("values", StringField, IntField, DoubleField, BoolField); ok && typed {
		r.Values = fieldValues(n, f)
	}
	if n, ok := rule("pattern", StringField); ok {
		r.Pattern = fieldPattern(n)
	}
	if n, ok := rule("min_length", StringField); ok {
		r.MinLength, _ = n.Integer(1, maxRuleLength)
	}
	if n, ok := rule("max_length", StringField); ok {
		r.MaxLength, _ = n.Integer(1, maxRuleLength)
		if r.MaxLength > 0 && r.MinLength > r.MaxLength {
			n.Fail(strconv.Itoa(r.MaxLength)+" is below min_length, which is "+strconv.Itoa(r.MinLength), "no text matches both: raise it, or lower min_length")
		}
	}
	if n, ok := rule("min", IntField, DoubleField); ok {
		r.Min = fieldBound(n)
	}
	if n, ok := rule("max", IntField, DoubleField); ok {
		r.Max = fieldBound(n)
		if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
			n.Fail(words.Quoteless(n.Raw())+" is below min, which is "+strconv.FormatFloat(*r.Min, 'g', -1, 64), "no number matches both: raise it, or lower min")
		}
	}
	if n, ok := rule("max_items", ArrayField); ok {
		r.MaxItems, _ = n.Integer(1, maxRuleLength)
	}
	if _, ok := rule("items", ArrayField); ok {
		r.Items = true
	}
}

func fieldTypeNames(types []FieldType) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return names
}

// typeNamed describes the type of a field.
func typeNamed(f *Field) string {
	switch names := f.TypeNames(); len(names) {
	case 0:
		return "of no declared type"
	case 1:
		return "of type " + names[0]
	default:
		return "of the types " + words.List(names)
	}
}

// fieldPattern reads a regular expression.
func fieldPattern(n strictyaml.Node) string {
	const fix = `write a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), such as "^[A-Z]{3}$"`
	s, ok := n.TextOf(fix)
	switch {
	case !ok:
		return ""
	case s == "":
		n.Fail("the pattern is empty", fix)
	case len(s) > maxPatternBytes:
		n.Fail("the pattern has more than "+words.Thousands(maxPatternBytes)+" bytes", "shorten it")
	default:
		_, err := regexp.Compile(s)
		if err == nil {
			return s
		}
		why := "it cannot be compiled"
		if wrong, ok := errors.AsType[*syntax.Error](err); ok {
			why = string(wrong.Code)
		}
		n.Fail("the pattern "+words.Quote(s)+" is not valid in RE2: "+why, fix)
	}
	return ""
}

// fieldBound reads min or max.
func fieldBound(n strictyaml.Node) *float64 {
	v, ok := n.Number()
	if !ok {
		return nil
	}
	if i, err := strconv.ParseInt(n.Raw(), 10, 64); n.Tag() == "!!int" && (err != nil || i > maxConstant || i < -maxConstant) {
		n.Fail(words.Quoteless(n.Raw())+" is out of range", "write an integer between -9007199254740992 and 9007199254740992, or a double such as 1e18")
		return nil
	}
	return &v
}
