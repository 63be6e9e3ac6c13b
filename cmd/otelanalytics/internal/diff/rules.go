// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// consequence says what a mode does to events that violate a rule.
var consequence = map[eventmap.ViolationMode]string{
	eventmap.CountViolations:      "counted, and stored as they are, until on_violation is stricter",
	eventmap.OmitViolations:       "stored without what violates a rule",
	eventmap.QuarantineViolations: "kept in quarantine",
	eventmap.RejectViolations:     "refused",
}

// strictness ranks the modes.
var strictness = map[eventmap.ViolationMode]int{
	eventmap.CountViolations: 0, eventmap.OmitViolations: 1, eventmap.QuarantineViolations: 2, eventmap.RejectViolations: 3,
}

// contract compares what an event asks of its data.
func (c *comparison) contract(key string, old, e *eventmap.Event) {
	if before, now := old.OnViolation, e.OnViolation; before != now {
		what := was(string(now), string(before))
		switch {
		case strictness[now] > strictness[before]:
			c.add(Breaking, key+".on_violation", what, "breaks senders: events that violate a rule are "+consequence[now]+enforced(e))
		case now == eventmap.QuarantineViolations: // readers meet none of them in either mode
			c.add(Warning, key+".on_violation", what, "events that violate a rule are kept in quarantine, and their senders get no error")
		case now == eventmap.OmitViolations:
			c.add(Breaking, key+".on_violation", what, "breaks readers: they meet events without what violates a rule")
		default:
			c.add(Breaking, key+".on_violation", what, "breaks readers: they meet events that violate a rule")
		}
	}
	if before, now := old.Additional, e.Additional; before != now {
		what := was(string(now), string(before))
		switch {
		case now == eventmap.ViolateAdditional:
			c.stricter(key+".additional", what, "events with fields that are not declared", e.OnViolation)
		case now == eventmap.OmitAdditional && (before == eventmap.KeepAdditional || old.OnViolation == eventmap.CountViolations):
			c.add(Breaking, key+".additional", what, "breaks senders: fields that are not declared are left out; who reads documents can no longer count on them")
		case now == eventmap.OmitAdditional:
			c.add(Warning, key+".additional", what, "events with fields that are not declared are stored without these")
		default:
			c.add(Warning, key+".additional", what, "breaks readers: fields that are not declared are stored")
		}
	}
}

// enforced names the fields that have rules, and these.
func enforced(e *eventmap.Event) string {
	var fields []string
	for _, f := range e.Data {
		if rules := ruleNames(&f); len(rules) > 0 {
			fields = append(fields, strings.Join(f.Path, ".")+" ("+strings.Join(rules, ", ")+")")
		}
	}
	if e.Additional == eventmap.ViolateAdditional {
		fields = append(fields, "fields that are not declared")
	}
	if len(fields) == 0 {
		return ""
	}
	return "; there are rules for " + strings.Join(fields, ", ")
}

// ruleNames returns the keys of the rules that a field has.
func ruleNames(f *eventmap.Field) []string {
	var names []string
	for _, r := range []struct {
		rule eventmap.Rule
		has  bool
	}{
		{eventmap.RequiredRule, f.Rules.Required},
		{eventmap.TypeRule, f.Typed()},
		{eventmap.ValuesRule, f.Rules.Values != nil},
		{eventmap.PatternRule, f.Rules.Pattern != ""},
		{eventmap.MinLengthRule, f.Rules.MinLength > 0},
		{eventmap.MaxLengthRule, f.Rules.MaxLength > 0},
		{eventmap.MinRule, f.Rules.Min != nil},
		{eventmap.MaxRule, f.Rules.Max != nil},
		{eventmap.MaxItemsRule, f.Rules.MaxItems > 0},
		{eventmap.ItemsRule, f.Rules.Items},
	} {
		if r.has {
			names = append(names, string(r.rule))
		}
	}
	return names
}

// stricter notes that fewer events keep to the map.
func (c *comparison) stricter(key, what, which string, mode eventmap.ViolationMode) {
	severity := Breaking
	if mode == eventmap.CountViolations {
		severity = Warning
	}
	c.add(severity, key, what, "breaks senders: "+which+" are "+consequence[mode])
}

// looser notes that more events keep to the map.
func (c *comparison) looser(key, what, which string, old eventmap.ViolationMode) {
	severity := Breaking
	if old == eventmap.CountViolations { // readers could not count on it
		severity = Info
	}
	c.add(severity, key, what, "breaks readers: they meet "+which)
}

// rules compares what restricts a field. old is its zero value for a new field.
func (c *comparison) rules(key string, old, f *eventmap.Field, before, now eventmap.ViolationMode) {
	a, b := &old.Rules, &f.Rules
	switch {
	case b.Required && !a.Required:
		c.stricter(key+".required", "is true, and was false", "events without the field", ofMissing(now))
	case a.Required && !b.Required:
		c.looser(key+".required", "is false, and was true", "events without the field", ofMissing(before))
	}
	c.fieldValues(key+".values", a.Values, b.Values, before, now)
	switch what := was(quoted(b.Pattern), quoted(a.Pattern)); {
	case a.Pattern == b.Pattern:
	case b.Pattern == "":
		c.looser(key+".pattern", what, "texts that do not match it", before)
	default:
		c.stricter(key+".pattern", what, "events with a text that does not match it", now)
		if a.Pattern != "" {
			c.looser(key+".pattern", what, "texts that the old one does not match", before)
		}
	}
	c.fieldBound(key+".min_length", ruleCount(a.MinLength), ruleCount(b.MinLength), false, before, now)
	c.fieldBound(key+".max_length", ruleCount(a.MaxLength), ruleCount(b.MaxLength), true, before, now)
	c.fieldBound(key+".min", a.Min, b.Min, false, before, now)
	c.fieldBound(key+".max", a.Max, b.Max, true, before, now)
	c.fieldBound(key+".max_items", ruleCount(a.MaxItems), ruleCount(b.MaxItems), true, before, now)
	switch {
	case b.Items && !a.Items:
		c.stricter(key+".items", "is declared", "events with an entry that is no object", now)
	case a.Items && !b.Items:
		c.looser(key+".items", "is gone", "entries that are no objects", before)
	}
}

// ofMissing returns what a mode does to an event without a required field. Omit has nothing to leave out: it counts.
func ofMissing(mode eventmap.ViolationMode) eventmap.ViolationMode {
	if mode == eventmap.OmitViolations {
		return eventmap.CountViolations
	}
	return mode
}

// ruleCount is a bound that 0 takes away.
func ruleCount(n int) *float64 {
	if n == 0 {
		return nil
	}
	f := float64(n)
	return &f
}

// fieldBound compares a bound, which is an upper or a lower one.
func (c *comparison) fieldBound(key string, old, now *float64, upper bool, oldMode, mode eventmap.ViolationMode) {
	if old == now || old != nil && now != nil && *old == *now {
		return
	}
	what := was(boundText(now), boundText(old))
	if narrower := old == nil || now != nil && (*now < *old) == upper; narrower {
		c.stricter(key, what, "events with a value beyond it", mode)
	} else {
		c.looser(key, what, "values beyond the old bound", oldMode)
	}
}

func boundText(f *float64) string {
	if f == nil {
		return "none"
	}
	return strconv.FormatFloat(*f, 'g', -1, 64)
}

// fieldValues compares what a field can be.
func (c *comparison) fieldValues(key string, old, now []any, oldMode, mode eventmap.ViolationMode) {
	switch {
	case old == nil && now == nil:
		return
	case old == nil:
		c.stricter(key, "are listed: "+strings.Join(texts(now), ", "), "events with another value", mode)
		return
	case now == nil:
		c.looser(key, "are no longer listed", "values that the list did not have", oldMode)
		return
	}
	for _, v := range old {
		if !slices.Contains(now, v) {
			c.stricter(key, fmt.Sprintf("%s is removed", text(v)), "events with it", mode)
		}
	}
	for _, v := range now {
		if !slices.Contains(old, v) {
			c.looser(key, fmt.Sprintf("%s is new", text(v)), "it", oldMode)
		}
	}
}

func texts(values []any) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = text(v)
	}
	return all
}

func text(v any) string {
	if s, ok := v.(string); ok {
		return strconv.Quote(s)
	}
	return fmt.Sprint(v)
}

// typesText names the types of a field.
func typesText(f *eventmap.Field) string {
	if f.Types == nil {
		return orNone(string(f.Type))
	}
	return "[" + strings.Join(f.TypeNames(), ", ") + "]"
}
