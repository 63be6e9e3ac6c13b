// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"
)

// canonical is the unambiguous form of a map that is hashed: every text with its length before it,
// every list with its count, every mapping sorted by key, every default filled in.
type canonical []byte

// hash returns the content hash. Changing the form changes every hash: keep it for a map version, and
// let keys of later releases add to it only where they are used.
func hash(m *Map) string {
	c := canonical("otelanalytics event map 1\n")
	c.count(len(m.metrics))
	inherited := inheritedGroups(m.events)
	for _, metric := range sorted(m.metrics, func(m *Metric) string { return m.Name }) {
		c.metric(metric)
		c.later(metric.Group != inherited[metric], "group", func() { c.text(metric.Group) })
	}
	c.count(len(m.events))
	for _, e := range sorted(m.events, func(e *Event) string { return e.Name }) {
		c.event(e)
	}
	c.later(len(m.every) > 0, "every_event", func() { c.records(m.every) })
	c.redactions(m.redactions)
	c.later(m.keyScope != defaultKeyScope, "key_scope", func() {
		c.flag(m.keyScope.Service)
		c.flag(m.keyScope.User)
	})
	sum := sha256.Sum256(c)
	return hex.EncodeToString(sum[:8])
}

func (c *canonical) metric(m *Metric) {
	c.text(m.Name, string(m.Instrument), m.Unit, m.Description, string(m.Number))
	c.count(m.MaxSeries)
	c.count(len(m.Buckets))
	for _, b := range m.Buckets {
		c.number(b)
	}
	c.count(len(m.Attributes))
	for _, i := range attributeOrder(m) {
		a := m.Attributes[i]
		c.text(a.Name, a.Default)
		c.count(a.Limit)
		c.list(a.Values)
		c.deprecated("attribute", a.Deprecated)
		c.later(len(a.DeprecatedValues) > 0, "deprecated_values", func() {
			c.count(len(a.DeprecatedValues))
			for _, v := range a.Values {
				if d, ok := a.DeprecatedValues[v]; ok {
					c.text(v, d.Note, d.ReplacedBy)
				}
			}
		})
		c.later(a.NotIdentifying, "not_identifying", func() {})
		c.later(a.GoName != "", "go_name", func() { c.text(a.GoName) })
		c.later(len(a.GoNames) > 0, "go_names", func() {
			c.count(len(a.GoNames))
			for _, v := range a.Values {
				if name, ok := a.GoNames[v]; ok {
					c.text(v, name)
				}
			}
		})
	}
	c.later(m.Instrument.IsExponential(), "scale", func() {
		c.count(m.MaxSize)
		c.count(m.MaxScale)
	})
	c.later(m.Counted != nil, "unique", func() {
		c.text(m.Counted.Of, m.Counted.WindowAttribute)
		c.count(len(m.Counted.Windows))
		for _, w := range m.Counted.Windows {
			c.text(w.Name)
			c.count(int(w.Length / time.Hour))
		}
	})
	c.later(!m.Enabled, "disabled", func() {})
	c.deprecated("metric", m.Deprecated)
}

// redactions are written after the events, since maps without them have nothing in their place.
func (c *canonical) redactions(all []Redaction) {
	c.later(len(all) > 0, "redact", func() {
		c.count(len(all))
		for _, r := range sorted(all, func(r Redaction) string { return pathText(r.Path) }) {
			c.list(r.Path)
		}
	})
}

// later adds the value of a key that the first release did not know, under a name and only where it is used. So maps
// without it keep their hash. No count stands before a text where another later key could.
func (c *canonical) later(used bool, name string, add func()) {
	if used {
		c.text("+" + name)
		add()
	}
}

func (c *canonical) event(e *Event) {
	c.text(e.Name, e.Description, e.Group)
	c.flag(e.Store)
	c.records(e.Records)
	c.later(!e.Enabled, "disabled", func() {})
	c.deprecated("event", e.Deprecated)
	c.later(e.GoName != "", "go_name", func() { c.text(e.GoName) })
	c.later(len(e.RenamedFrom) > 0, "renamed_from", func() { c.list(e.RenamedFrom) })
	c.later(len(e.Data) > 0, "data", func() {
		c.count(len(e.Data))
		for _, f := range sorted(e.Data, func(f Field) string { return pathText(f.Path) }) {
			c.list(f.Path)
			c.text(string(f.Type), f.Description, string(f.Redact))
			c.deprecated("field", f.Deprecated)
			c.later(f.GoName != "", "go_name", func() { c.text(f.GoName) })
			c.rules(&f)
			c.later(len(f.GoNames) > 0, "field_go_names", func() {
				c.count(len(f.GoNames))
				for _, v := range f.Rules.Values {
					if name, ok := f.GoNames[v.(string)]; ok {
						c.text(v.(string), name)
					}
				}
			})
		}
	})
	c.later(e.Since != "", "since", func() { c.text(e.Since) })
	c.later(e.OnViolation != CountViolations, "on_violation", func() { c.text(string(e.OnViolation)) })
	c.later(e.Additional != KeepAdditional, "additional", func() { c.text(string(e.Additional)) })
}

// rules adds the restrictions of a field.
func (c *canonical) rules(f *Field) {
	r := &f.Rules
	c.later(f.Types != nil, "types", func() { c.list(fieldTypeNames(f.Types)) })
	c.later(r.Required, "required", func() {})
	c.later(r.Values != nil, "field_values", func() {
		c.count(len(r.Values))
		for _, v := range r.Values {
			c.text(fmt.Sprintf("%T %[1]v", v))
		}
	})
	c.later(r.Pattern != "", "pattern", func() { c.text(r.Pattern) })
	c.later(r.MinLength > 0, "min_length", func() { c.count(r.MinLength) })
	c.later(r.MaxLength > 0, "max_length", func() { c.count(r.MaxLength) })
	c.later(r.Min != nil, "min", func() { c.number(*r.Min) })
	c.later(r.Max != nil, "max", func() { c.number(*r.Max) })
	c.later(r.MaxItems > 0, "max_items", func() { c.count(r.MaxItems) })
	c.later(r.Items, "items", func() {})
}

// deprecated names the deprecated part, since a metric's own keys follow the keys of its last attribute.
func (c *canonical) deprecated(what string, d *Deprecation) {
	c.later(d != nil, "deprecated_"+what, func() { c.text(d.Note, d.ReplacedBy) })
}

func (c *canonical) records(all []Record) {
	c.count(len(all))
	for _, r := range all {
		c.text(r.Metric.Name)
		for _, i := range attributeOrder(r.Metric) {
			s := r.Sources[i]
			c.count(int(s.Kind))
			c.text(s.Constant)
			c.list(s.Path)
		}
		c.list(r.Value.Path)
		c.number(r.Value.Constant)
		c.later(r.Value.Expression != nil, "value", func() { c.text(r.Value.Expression.String()) })
		c.later(r.When != nil, "when", func() { c.text(r.When.String()) })
	}
}

func (c *canonical) text(texts ...string) {
	for _, s := range texts {
		c.count(len(s))
		*c = append(*c, s...)
	}
}

func (c *canonical) list(texts []string) {
	c.count(len(texts))
	c.text(texts...)
}

func (c *canonical) count(n int) { *c = binary.BigEndian.AppendUint64(*c, uint64(n)) }

func (c *canonical) number(f float64) { *c = binary.BigEndian.AppendUint64(*c, math.Float64bits(f)) }

func (c *canonical) flag(b bool) {
	n := 0
	if b {
		n = 1
	}
	c.count(n)
}

// attributeOrder returns the indexes of the attributes in the order of their names.
func attributeOrder(m *Metric) []int {
	order := make([]int, len(m.Attributes))
	for i := range order {
		order[i] = i
	}
	return sorted(order, func(i int) string { return m.Attributes[i].Name })
}

// sorted returns the items in the order of their names. Package sort is compiled once, package slices for each type of
// item: 0.1 MB of a program.
func sorted[T any](items []T, name func(T) string) []T {
	s := slices.Clone(items)
	sort.Slice(s, func(a, b int) bool { return name(s[a]) < name(s[b]) })
	return s
}
