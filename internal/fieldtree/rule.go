// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"math"
	"slices"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// rule is a [eventmap.Rule] as an index.
type rule uint8

const (
	ruleRequired rule = iota
	ruleType
	ruleValues
	rulePattern
	ruleMinLength
	ruleMaxLength
	ruleMin
	ruleMax
	ruleMaxItems
	ruleItems
	ruleAdditional
	ruleCount
)

var ruleNames = [ruleCount]eventmap.Rule{
	eventmap.RequiredRule, eventmap.TypeRule, eventmap.ValuesRule, eventmap.PatternRule, eventmap.MinLengthRule, eventmap.MaxLengthRule,
	eventmap.MinRule, eventmap.MaxRule, eventmap.MaxItemsRule, eventmap.ItemsRule, eventmap.AdditionalRule,
}

// anyField stands for the name of a field that is not declared.
const anyField = "*"

// fieldRules are the rules of a field, compiled.
type fieldRules struct {
	eventmap.Rules
	id, ids  int // its bit in the sets of a check, and how many it and the fields within it have
	counters [ruleCount]int32
	depth    int // how many parts its path has

	least, most        int64 // Min and Max for integers
	tooLarge, tooSmall bool  // no integer is as large as Min, as small as Max

	pattern *matcher
	few     []string // the texts among the values; nil: there are many, or none
	texts   map[string]struct{}
	numbers []float64 // integers among them are exact
	bools   []bool
	listed  bool // there are values

	through  bool // fields of entries are declared
	indexed  bool // entries are declared by their index
	requires bool // a field within it is required
}

// compile fills in what the rules of a field need.
func (k *fieldRules) compile(r *eventmap.Rules) {
	k.Rules, k.listed = *r, r.Values != nil
	if r.Min != nil {
		switch f := math.Ceil(*r.Min); {
		case f >= -math.MinInt64:
			k.tooLarge = true
		case f > math.MinInt64:
			k.least = int64(f)
		}
	}
	if r.Max != nil {
		switch f := math.Floor(*r.Max); {
		case f < math.MinInt64:
			k.tooSmall = true
		case f < -math.MinInt64:
			k.most = int64(f)
		}
	}
	if r.Pattern != "" {
		k.pattern = newMatcher(r.Pattern)
	}
	for _, v := range r.Values {
		switch v := v.(type) {
		case string:
			k.few = append(k.few, v)
		case int64:
			k.numbers = append(k.numbers, float64(v))
		case float64:
			k.numbers = append(k.numbers, v)
		case bool:
			k.bools = append(k.bools, v)
		}
	}
	if len(k.few) > maxFew {
		k.texts = make(map[string]struct{}, len(k.few))
		for _, v := range k.few {
			k.texts[v] = struct{}{}
		}
		k.few = nil
	}
}

// maxFew is how many texts are compared one by one, which is faster than to look one up.
const maxFew = 8

// listsText reports whether a text is one of the values.
func (k *fieldRules) listsText(text []byte) bool {
	for _, v := range k.few {
		if string(text) == v {
			return true
		}
	}
	_, ok := k.texts[string(text)]
	return ok
}

// listsInt reports whether an integer is one of the values.
func (k *fieldRules) listsInt(i int64) bool {
	return slices.ContainsFunc(k.numbers, func(f float64) bool { return compareInt(i, f) == 0 })
}

// compareInt compares an integer with a finite number, exactly.
func compareInt(i int64, f float64) int {
	switch {
	case f >= -math.MinInt64:
		return -1
	case f < math.MinInt64:
		return 1
	}
	whole := math.Trunc(f)
	switch w := int64(whole); {
	case i < w, i == w && f > whole:
		return -1
	case i > w, f < whole:
		return 1
	default:
		return 0
	}
}

// problem says what is wrong with a field that violates a rule, without its value.
func (r rule) problem(f *eventmap.Field) string {
	number := func(v *float64) string { return strconv.FormatFloat(*v, 'g', -1, 64) }
	switch r {
	case ruleRequired:
		return "is missing, and the event map requires it"
	case ruleType:
		names := f.TypeNames()
		if len(names) == 1 {
			return "is not of type " + names[0]
		}
		return "is of none of the types " + words.List(names)
	case ruleValues:
		return "is none of the values that the event map lists"
	case rulePattern:
		return "does not match the pattern " + words.Quote(f.Rules.Pattern)
	case ruleMinLength:
		return "has fewer than " + strconv.Itoa(f.Rules.MinLength) + " characters"
	case ruleMaxLength:
		return "has more than " + strconv.Itoa(f.Rules.MaxLength) + " characters"
	case ruleMin:
		return "is not " + number(f.Rules.Min) + " or more"
	case ruleMax:
		return "is not " + number(f.Rules.Max) + " or less"
	case ruleMaxItems:
		return "has more than " + strconv.Itoa(f.Rules.MaxItems) + " entries"
	case ruleItems:
		return "is an entry that is no object"
	default:
		return "is not declared by the event map"
	}
}

// Counter is a rule of a field, as its violations are counted.
type Counter struct {
	Field *eventmap.Field // nil for a field that is not declared
	Path  string          // the label: of the field, or of what it lies in and "*"
	Rule  eventmap.Rule
	rule  rule
}
