// SPDX-License-Identifier: Apache-2.0

package observe

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// percent writes a share; it is 0 and 100 only when that is exact.
func percent(n, of int64) string {
	switch p := float64(n) * 100 / float64(of); {
	case n == 0 || n == of:
		return fmt.Sprintf("%.0f %%", p)
	case p < 0.1:
		return "<0.1 %"
	case p < 10:
		return fmt.Sprintf("%.1f %%", p)
	default:
		return fmt.Sprintf("%.0f %%", min(p, 99))
	}
}

// usersOf writes how many users there were, behind something else.
func usersOf(n int64, exact bool) string {
	switch {
	case n == 0:
		return ""
	case exact:
		return ", " + draft.Counted(n, "user")
	default:
		return ", about " + draft.Counted(n, "user")
	}
}

// often says in how many of the objects the field is.
func (n *node) often(of int64) string {
	seen := n.seen()
	if seen == 0 {
		if n.nulls > 0 {
			return "always null"
		}
		return "" // a path that keys with dots spell
	}
	note := words.Thousands(int(seen)) + "×"
	if seen <= of {
		note = percent(seen, of)
	}
	if n.nulls > 0 {
		note += ", null in " + percent(n.nulls, n.nulls+seen)
	}
	return note
}

var kindNames = [kinds]string{"texts", "texts", "integers", "numbers", "booleans", "dates", "objects", "arrays", "other values"}

// inArrays says what arrays have.
func (n *node) inArrays() string {
	var all []string
	for k, count := range n.entries {
		if count > 0 && !slices.Contains(all, kindNames[k]) {
			all = append(all, kindNames[k])
		}
	}
	if n.longest == 0 {
		return "always empty"
	}
	if all == nil {
		all = []string{"nulls"}
	}
	return fmt.Sprintf("up to %s: %s", draft.Counted(int64(n.longest), "entry"), strings.Join(all, ", "))
}

// leftWithin says why fields within a field are not declared; empty when they are.
func (b *builder) leftWithin(n *node, path []string) string {
	if n.mapping() {
		return "its keys look like data, and are not declared"
	}
	if len(path) == b.depth && len(n.children) > 0 || n.deep {
		return "has fields that are not declared"
	}
	if n.unnamed {
		return "has keys that a map cannot name or that look like data"
	}
	return ""
}

// left says what of the data themselves is not declared.
func (b *builder) left(n *node) string {
	if n.folded {
		return fmt.Sprintf("has more than %d fields: they look like data, and are not declared", mostKeys)
	}
	var all []string
	if more := int64(len(n.children) - b.most); more > 0 {
		all = append(all, fmt.Sprintf("has %s that are not declared: the others are at least as frequent", draft.Counted(more, "further field")))
	}
	if n.unnamed {
		all = append(all, "has keys that a map cannot name or that look like data")
	}
	return strings.Join(all, "; ")
}

// show returns the values of a text field when each can be shown, and what to say of them. A value can be shown when enough users sent
// it.
func (n *node) show() (all []string, note string) {
	different, exact := n.values.distinct.count()
	if n.values.dropped {
		note = draft.Counted(different, "different value")
		if !exact {
			note = "about " + note
		}
		return nil, note
	}
	var shown, rare []string
	for _, v := range slices.Sorted(maps.Keys(n.values.all)) {
		if n.values.all[v].users.full {
			shown = append(shown, v)
		} else {
			rare = append(rare, v)
		}
	}
	if len(shown) == 0 {
		return nil, draft.Counted(different, "different value")
	}
	byCount := slices.SortedStableFunc(slices.Values(shown), func(a, b string) int {
		return cmp.Compare(n.values.all[b].count, n.values.all[a].count)
	})
	var parts []string
	for _, v := range byCount {
		parts = append(parts, fmt.Sprintf("%q %s×", v, words.Thousands(int(n.values.all[v].count))))
	}
	if len(rare) > 0 {
		return nil, strings.Join(parts, ", ") + ", and " + draft.Counted(int64(len(rare)), "value") + fmt.Sprintf(" of fewer than %d users", enough)
	}
	return shown, strings.Join(parts, ", ")
}
