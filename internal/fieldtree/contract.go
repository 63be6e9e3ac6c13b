// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"math"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Contract is what the event map asks of the data of an event type. It is checked before redaction, in the pass that finds the
// fields which metrics need.
type Contract struct {
	Mode     eventmap.ViolationMode
	omits    bool      // fields that are not declared are left out
	Counters []Counter // what is counted, by the index that a violation has
	ids      int       // of fields
}

// NewContract returns what the event asks, and puts the rules into the nodes of its fields. It is nil when there is nothing
// besides the types of fields that are stored as they are: these are checked after the event was accepted.
func NewContract(event *eventmap.Event, tree *Tree) *Contract {
	if !asks(event) {
		return nil
	}
	c := &Contract{Mode: event.OnViolation, omits: event.Additional == eventmap.OmitAdditional}
	for i := range event.Data {
		f := &event.Data[i]
		n := tree.node(f.Path)
		k := n.ruled(len(f.Path))
		k.compile(&f.Rules)
		n.types = typesOf(f)
		c.count(k, f, ruleRequired, k.Required)
		c.count(k, f, ruleType, f.Typed())
		c.count(k, f, ruleValues, k.listed)
		c.count(k, f, rulePattern, k.pattern != nil)
		c.count(k, f, ruleMinLength, k.MinLength > 0)
		c.count(k, f, ruleMaxLength, k.MaxLength > 0)
		c.count(k, f, ruleMin, k.Min != nil)
		c.count(k, f, ruleMax, k.Max != nil)
		c.count(k, f, ruleMaxItems, k.MaxItems > 0)
		c.count(k, f, ruleItems, k.Items)
		for depth := 1; depth < len(f.Path); depth++ {
			above := tree.node(f.Path[:depth]).ruled(depth)
			if isIndex(f.Path[depth]) {
				above.indexed = true
			} else {
				above.through = true
			}
			above.requires = above.requires || k.Required
		}
	}
	c.number(tree, nil, event.Additional != eventmap.KeepAdditional)
	return c
}

// asks reports whether the event asks more of its data than types of fields that are stored as they are.
func asks(event *eventmap.Event) bool {
	if event.OnViolation != eventmap.CountViolations || event.Additional != eventmap.KeepAdditional {
		return true
	}
	return slices.ContainsFunc(event.Data, func(f eventmap.Field) bool {
		return !f.Rules.None() || f.Types != nil || f.Type != "" && (f.Redact != eventmap.RedactNone || inEntries(event, f.Path))
	})
}

// inEntries reports whether a field belongs to the entries of an array.
func inEntries(event *eventmap.Event, path eventmap.Path) bool {
	return slices.ContainsFunc(event.Data, func(f eventmap.Field) bool {
		return f.Typed() && f.Has(eventmap.ArrayField) && len(f.Path) < len(path) && slices.Equal(f.Path, path[:len(f.Path)]) &&
			!isIndex(path[len(f.Path)])
	})
}

// ruled returns the rules of a node, which has them from now on.
func (n *node) ruled(depth int) *fieldRules {
	if n.rules == nil {
		n.rules = &fieldRules{depth: depth, least: math.MinInt64, most: math.MaxInt64}
		for i := range n.rules.counters {
			n.rules.counters[i] = -1
		}
	}
	return n.rules
}

// count gives a rule of a field a counter.
func (c *Contract) count(k *fieldRules, f *eventmap.Field, r rule, used bool) {
	if used {
		k.counters[r] = int32(len(c.Counters))
		c.Counters = append(c.Counters, Counter{Field: f, Path: strings.Join(f.Path, "."), Rule: ruleNames[r], rule: r})
	}
}

// number gives each field its bit, those within it the next ones. closed says that fields which are not declared do not stay
// where others are.
func (c *Contract) number(t *Tree, path []string, closed bool) {
	t.extra = -1
	t.closed = closed
	if closed && !c.omits {
		t.extra = int32(len(c.Counters))
		c.Counters = append(c.Counters, Counter{Path: strings.Join(append(path[:len(path):len(path)], anyField), "."), Rule: eventmap.AdditionalRule, rule: ruleAdditional})
	}
	for i := range t.children {
		n := &t.children[i]
		if n.rules == nil {
			continue // metrics alone need it
		}
		n.needed = n.slot >= 0 || n.size >= 0 || len(n.sums) > 0
		t.requires = t.requires || n.rules.Required || n.rules.requires
		n.path = append(path[:len(path):len(path)], n.key)
		n.rules.id = c.ids
		c.ids++
		c.number(&n.tree, n.path, closed && n.rules.through)
		n.rules.ids = c.ids - n.rules.id
	}
}

// isIndex reports whether a part of a path can be the index of an array.
func isIndex(part string) bool { return part != "" && strings.Trim(part, "0123456789") == "" }
