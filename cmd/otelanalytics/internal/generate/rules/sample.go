// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"regexp/syntax"
	"slices"
)

// samples returns a value for each label that the conditions name, such that all hold: the labels of a service that a
// test plays. A label whose value may be empty gets one that is not, where there is one.
func samples(all []matcher) (map[string]string, error) {
	values := make(map[string]string)
	for _, m := range all {
		if _, done := values[m.label]; done {
			continue
		}
		of := slices.DeleteFunc(slices.Clone(all), func(other matcher) bool { return other.label != m.label })
		value, ok := sample(of)
		if !ok {
			return nil, fmt.Errorf("no value of the label %s was found for which the selector holds", m.label)
		}
		values[m.label] = value
	}
	return values, nil
}

// sample returns a value for which all conditions hold, of those that the conditions themselves suggest.
func sample(all []matcher) (string, bool) {
	var candidates []string
	for _, m := range all {
		switch m.op {
		case "=":
			candidates = append(candidates, m.value)
		case "=~":
			if re, err := syntax.Parse(m.value, syntax.Perl|syntax.DotNL); err == nil {
				candidates = append(candidates, matching(re.Simplify())...)
			}
		}
	}
	candidates = append(candidates, "sample", "other", "1", "")
	for _, c := range candidates {
		if !slices.ContainsFunc(all, func(m matcher) bool { return !m.holds(c) }) {
			return c, true
		}
	}
	return "", false
}

// most bounds how many texts [matching] returns.
const most = 64

// matching returns texts that the expression matches, one for each of its alternatives, or, for the few with assertions
// such as \b, may match.
func matching(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			return printable(re.Rune)
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []string{"x"}
	case syntax.OpCapture, syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		return matching(re.Sub[0])
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			all = append(all, matching(sub)...)
		}
		return all[:min(len(all), most)]
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range re.Sub {
			var longer []string
			for _, begin := range all {
				for _, end := range matching(sub) {
					longer = append(longer, begin+end)
				}
			}
			all = longer[:min(len(longer), most)]
		}
		return all
	}
	return []string{""}
}

// printable returns a letter and a digit of a class, given as pairs of bounds, and what it begins and ends with.
func printable(class []rune) []string {
	var all []string
	for _, want := range []rune{'a', '0', class[0], class[len(class)-1]} {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= want && want <= class[i+1] && !slices.Contains(all, string(want)) {
				all = append(all, string(want))
			}
		}
	}
	return all
}
