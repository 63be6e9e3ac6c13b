// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxValues bounds the values that a comment lists.
const maxValues = 20

// rulesText says what the map asks of a field, besides what its type in Go says. It is empty when there is nothing.
func rulesText(f *field) string {
	r := &f.declared.Rules
	var all []string
	say := func(form string, args ...any) { all = append(all, fmt.Sprintf(form, args...)) }
	if r.Required {
		say("Required.")
	}
	if f.declared.Types != nil {
		say("Of type %s.", strings.Join(f.declared.TypeNames(), " or "))
	}
	if r.Values != nil && f.kind != listed {
		var texts []string
		for _, v := range r.Values[:min(len(r.Values), maxValues)] {
			texts = append(texts, valueText(v))
		}
		more := ""
		if n := len(r.Values) - len(texts); n > 0 {
			more = fmt.Sprintf(", and %d more", n)
		}
		say("One of %s%s.", strings.Join(texts, ", "), more)
	}
	switch low, high := r.MinLength, r.MaxLength; {
	case low > 0 && high > 0:
		say("From %d to %d characters.", low, high)
	case low > 0:
		say("At least %d characters.", low)
	case high > 0:
		say("At most %d characters.", high)
	}
	if r.Pattern != "" {
		say("Matches %s.", strconv.Quote(r.Pattern))
	}
	switch low, high := r.Min, r.Max; {
	case low != nil && high != nil:
		say("From %s to %s.", valueText(*low), valueText(*high))
	case low != nil:
		say("At least %s.", valueText(*low))
	case high != nil:
		say("At most %s.", valueText(*high))
	}
	if r.MaxItems > 0 {
		say("At most %d entries.", r.MaxItems)
	}
	return strings.Join(all, " ")
}

// valueText writes a value as Go does, with the digits of a number where these are few.
func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case float64:
		if math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
